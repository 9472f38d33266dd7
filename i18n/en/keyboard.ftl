# The on-screen keyboard: its letters, a line a row, keys apart by spaces, and what its other keys are called.
# A key is `a`, or `a|B` where the capital is not the usual one. Rows fit the narrowest screen up to twelve keys.

keyboard-letters =
    q w e r t y u i o p
    a s d f g h j k l
    z x c v b n m
# Signs that stand in names, beside the space bar: the first right of it, the others left.
keyboard-signs = - '

keyboard-hyphen = Hyphen
keyboard-apostrophe = Apostrophe
keyboard-space = Space
keyboard-shift = Capital letter
keyboard-backspace = Backspace
keyboard-switch = Keyboard: { $name }
keyboard-next = Next
