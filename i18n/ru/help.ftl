# Help: the names of the guides. What they say is in docs/guide.

help-open = Справка
help-title = Справка
help-cashier = Кассиру
help-technician = Специалисту
help-kiosk = Владельцу киоска
