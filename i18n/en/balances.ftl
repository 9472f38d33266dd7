# Lists of customers.

list-empty = The list is empty
list-too-large = The file is too large for a list. Split it, or leave only the column with phones in it
list-too-many-rows = The list has too many rows. At most { $most } are looked up at once: split it
list-no-column = No column of the list holds phones or passes. Write “Phone” above the right one
list-not-a-table = The file is no table, or is damaged. Save it as CSV or XLSX

# Parts of headings above phones and above passes, in small letters, with commas between them.
list-headings-phones = phone, mobile, msisdn, tel.
list-headings-passes = pass, card, barcode
