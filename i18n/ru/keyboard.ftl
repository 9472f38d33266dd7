# The on-screen keyboard: its letters, a line a row, keys apart by spaces, and what its other keys are called.
# A key is `a`, or `a|B` where the capital is not the usual one. Rows fit the narrowest screen up to twelve keys.

keyboard-letters =
    й ц у к е н г ш щ з х ъ
    ф ы в а п р о л д ж э ё
    я ч с м и т ь б ю
# Signs that stand in names, beside the space bar: the first right of it, the others left.
keyboard-signs = -

keyboard-hyphen = Дефис
keyboard-apostrophe = Апостроф
keyboard-space = Пробел
keyboard-shift = Заглавная буква
keyboard-backspace = Стереть
keyboard-switch = Раскладка: { $name }
keyboard-next = Далее
