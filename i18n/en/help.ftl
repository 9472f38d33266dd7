# Help: the names of the guides. What they say is in docs/guide.

help-open = Help
help-title = Help
help-cashier = For cashiers
help-technician = For technicians
help-kiosk = For owners of a kiosk
