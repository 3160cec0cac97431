"""The cases that take seconds in front of the reference systems, whose intervals are whole seconds."""

SLOW = {f"TC_{name}_CS" for name in ("001", "002", "036", "047", "061_1", "061_2", "070", "071")} | {
    *(f"TC_B_{number}_CS" for number in (21, 26, 41, 46, 49)),
    *(f"TC_E_{number}_CS" for number in ("05", "27", "29", "33", "39", "40", "41", "42", "50", "51")),
    *(f"TC_E_{number}_CS" for number in (*range(100, 109), 116)),
    *(f"TC_J_{number}_CS" for number in ("01", "02", "03", "04", "06", "09", "10", "11")),
    "TC_L_02_CS",
    "TC_L_03_CS",
    *("TC_B_51_CS", "TC_B_57_CS"),
    *(f"TC_C_{number}_CS" for number in ("02", "04", "06", "07", *range(22, 26), *range(28, 31), *range(42, 46))),
    *(f"TC_C_{number}_CS" for number in (56, 57, 58, 100)),
    *(f"X_NET_{number}_CS" for number in ("03", "08", "12", "13", "14")),
    "X_NET_10_CSMS",
}
"""They wait for whole seconds, or send byte by byte. `make test` runs them in full at one place of a version."""
