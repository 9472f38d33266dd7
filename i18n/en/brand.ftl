# The shop's own looks, as the settings show them.

brand-title = Looks
brand-none = The shop's name, logo, colour and pictures can be shown here. Put a folder “brand” with a file brand.json into the station's data directory.
brand-found = Name and pictures come from the folder “brand” in the station's data directory.
brand-read = Read again
brand-notes = Not everything in the folder “brand” can be shown
brand-given-twice = brand.json has { $field } twice (again in line { $line }). The file is not used.
brand-unreadable = The file brand.json cannot be read.
brand-bad-value = Wrong value “{ $field }”: left out.
brand-unknown-field = Unknown field “{ $field }” left out.
brand-picture-missing = The picture “{ $file }” is missing or cannot be read.
brand-picture-large = The picture “{ $file }” is too large: up to 24 MiB and 25 million pixels.
brand-picture-broken = The picture “{ $file }” is damaged, or neither PNG nor JPEG.
brand-accent = The colour { $given } is too light for words to be read on it. { $used } is shown.
