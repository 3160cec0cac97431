// Shows, hides and opens. Whatever came from the system under test is only compared, or put into textContent.
const all = [...document.querySelectorAll('details.case')];
const form = document.querySelector('form.filter');
function wanted(d) {
  const has = (name, value) => !value || (d.dataset[name] || '').split('|').includes(value);
  const text = form.text.value.trim().toLowerCase();
  return [...form.verdict].some(box => box.checked && d.classList.contains(box.value))
    && has('p', form.profile.value) && has('b', form.block.value)
    && (!form.requirement.value.trim() || (d.dataset.r || '').toLowerCase().includes(form.requirement.value.trim().toLowerCase()))
    && (!text || d.firstElementChild.textContent.toLowerCase().includes(text) || (d.dataset.r || '').toLowerCase().includes(text));
}
function filter() {
  let count = 0;
  all.forEach(d => { d.hidden = !wanted(d); count += !d.hidden; });
  document.getElementById('shown').textContent = count + ' of ' + all.length + ' cases';
}
if (form) {
  form.addEventListener('input', filter);
  form.addEventListener('reset', () => setTimeout(filter));
  form.addEventListener('submit', e => e.preventDefault());
  document.getElementById('open').addEventListener('click', () => all.forEach(d => { if (!d.hidden) d.open = true; }));
  document.getElementById('close').addEventListener('click', () => all.forEach(d => { d.open = false; }));
  filter();
}
function reach() {
  let id;
  try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
  const d = id && (document.getElementById(id) || all.find(d => d.dataset.id === id));
  if (!d) return;
  for (let e = d; e; e = e.parentElement) if (e.tagName === 'DETAILS') e.open = true;
  d.hidden = false; d.scrollIntoView();
}
addEventListener('hashchange', reach); reach();
let messages;
async function unpack() {
  const bytes = Uint8Array.from(atob(document.getElementById('messages').textContent), c => c.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).json();
}
document.addEventListener('click', async e => {
  const button = e.target.closest('ol.seq button');
  if (!button) return;
  const row = button.parentElement;
  if (row.lastElementChild.tagName === 'PRE') { row.lastElementChild.remove(); return; }
  messages = messages || unpack();
  const of = (await messages)[button.closest('details.case').id];
  const text = of[[...row.parentElement.querySelectorAll('button')].indexOf(button)];
  const pre = document.createElement('pre');
  try { pre.textContent = JSON.stringify(JSON.parse(text), null, 2); } catch { pre.textContent = text; }
  if (row.lastElementChild.tagName !== 'PRE') row.append(pre);
});
