// Shows and hides rows; whatever came from a system under test is only compared.
document.querySelectorAll('form.filter').forEach(form => {
  const rows = [...form.nextElementSibling.querySelectorAll('tbody tr')];
  function filter() {
    const text = form.text.value.trim().toLowerCase();
    let count = 0;
    rows.forEach(row => {
      row.hidden = !((!form.differs.checked || row.classList.contains('differs'))
        && (!form.bad.checked || row.classList.contains('bad'))
        && row.firstElementChild.textContent.toLowerCase().includes(text));
      count += !row.hidden;
    });
    form.querySelector('output').textContent = count + ' of ' + rows.length + ' cases';
  }
  form.addEventListener('input', filter);
  form.addEventListener('submit', e => e.preventDefault());
  filter();
});
