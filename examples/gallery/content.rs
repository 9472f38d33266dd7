//! Every widget on one screen, in two languages' sample words: to be looked at and to be tested.

use egui::{CentralPanel, Frame, Id, Margin, Panel, ScrollArea, Ui, Vec2};

use swip_kiosk::ui::theme::{self, Contrast, Density, Look, TextSize, Tone, space};
use swip_kiosk::ui::widgets::{
    Banner, BarChart, Button, Card, ChartBar, Check, Choice, Digits, Field, FieldSize, Icon, Modal, Ribbon, Spinner,
    StatusPill, Tabs, TextRow, ToastView, body, caption, display, headline, icon_button, key_cap, muted, strong,
    wrapped_row,
};

/// The gallery's state; the look lives here so that the example and the tests can switch it.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own to look at something")]
pub(crate) struct Gallery {
    /// How everything is drawn.
    pub(crate) look: Look,
    /// Sample words in Russian rather than English.
    pub(crate) is_russian: bool,
    /// What stands in the phone field.
    pub(crate) phone: String,
    /// What stands in the name field.
    pub(crate) name: String,
    /// What stands in the secret field.
    pub(crate) secret: String,
    /// The ticked box.
    pub(crate) is_agreed: bool,
    /// Shows the widgets that move.
    pub(crate) is_busy: bool,
    /// Shows the dialog.
    pub(crate) is_asking: bool,
    /// Shows the toast.
    pub(crate) is_toasting: bool,
    /// How often the primary button was pressed.
    pub(crate) presses: u32,
    /// How often Enter went down in the phone field.
    pub(crate) enters: u32,
    /// How often the phone field was left.
    pub(crate) leaves: u32,
}

impl Default for Gallery {
    fn default() -> Self {
        Self {
            look: Look::default(),
            is_russian: false,
            phone: String::new(),
            name: String::new(),
            secret: "password".to_owned(),
            is_agreed: false,
            is_busy: false,
            is_asking: false,
            is_toasting: false,
            presses: 0,
            enters: 0,
            leaves: 0,
        }
    }
}

impl Gallery {
    /// Draws everything into the window.
    pub(crate) fn show(&mut self, ui: &mut Ui) {
        theme::install(ui.ctx(), self.look);
        let paper = theme::of(ui.ctx()).colors.paper;
        let russian = self.is_russian;
        Panel::top(Id::unique("ribbon")).frame(Frame::NONE).show_separator_line(false).show(ui, |ui| {
            Ribbon::new(say(russian, "This is a trial. Nothing is sent.", "Это проба. Ничего не отправляется."))
                .show(ui)
        });
        CentralPanel::default().frame(Frame::new().fill(paper)).show(ui, |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                Frame::new().inner_margin(Margin::same(24)).show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    ui.spacing_mut().item_spacing.y = space::M;
                    self.settings(ui);
                    self.columns(ui);
                });
            });
        });
        self.floating(ui);
    }

    fn settings(&mut self, ui: &mut Ui) {
        wrapped_row(ui, |ui| {
            ui.spacing_mut().item_spacing = Vec2::splat(space::M);
            Choice::new("Language").option(false, "English").option(true, "Русский").show(ui, &mut self.is_russian);
            Choice::new("Contrast")
                .option(Contrast::Normal, "Normal")
                .option(Contrast::High, "High")
                .show(ui, &mut self.look.contrast);
            Choice::new("Density")
                .option(Density::Counter, "Counter")
                .option(Density::Kiosk, "Kiosk")
                .show(ui, &mut self.look.density);
            Choice::new("Text size")
                .option(1.0, "100 %")
                .option(1.5, "150 %")
                .option(2.0, "200 %")
                .show(ui, &mut self.look.text_scale);
        });
    }

    fn columns(&mut self, ui: &mut Ui) {
        if ui.available_width() < 900.0 * self.look.text_scale.min(1.2) {
            self.forms(ui);
            self.states(ui);
            return;
        }
        ui.spacing_mut().item_spacing.x = space::L;
        ui.columns(2, |columns| {
            let [left, right] = columns else { return };
            left.spacing_mut().item_spacing = Vec2::new(space::S, space::M);
            right.spacing_mut().item_spacing = Vec2::new(space::S, space::M);
            self.forms(left);
            self.states(right);
        });
    }

    fn forms(&mut self, ui: &mut Ui) {
        let russian = self.is_russian;
        Card::new().title(say(russian, "Find a customer", "Найти покупателя")).show(ui, |ui| {
            let badge = if self.phone.is_empty() { "" } else { say(russian, "Phone", "Телефон") };
            let answer = Field::new(say(russian, "Phone or pass", "Телефон или карта"), &mut self.phone)
                .id_salt("phone")
                .size(FieldSize::Large)
                .leading(Icon::Search)
                .badge(badge)
                .placeholder("+7 900 000-00-00")
                .limit(32)
                .format(sample_phone)
                .show(ui);
            self.enters += u32::from(answer.entered);
            self.leaves += u32::from(answer.left);
            let is_missing = self.name.is_empty();
            let error = say(russian, "Enter the first name.", "Введите имя.");
            Field::new(say(russian, "First name", "Имя"), &mut self.name)
                .id_salt("name")
                .hint(say(russian, "As in the passport, or as you like.", "Как в паспорте или как удобно."))
                .error(is_missing.then_some(error))
                .show(ui);
            Field::new(say(russian, "Key", "Ключ"), &mut self.secret)
                .id_salt("secret")
                .secret(true)
                .leading(Icon::Key)
                .hint(say(russian, "It is stored on this machine only.", "Хранится только на этом компьютере."))
                .show(ui);
            let mut fixed = say(russian, "Central shop", "Центральный магазин").to_owned();
            Field::new(say(russian, "Shop", "Магазин"), &mut fixed).id_salt("shop").enabled(false).show(ui);
            Check::new(say(russian, "I agree to receive news", "Согласен получать новости"))
                .hint(say(russian, "You can withdraw this at any time.", "Согласие можно отозвать в любой момент."))
                .show(ui, &mut self.is_agreed);
        });
        self.buttons(ui);
    }

    fn buttons(&mut self, ui: &mut Ui) {
        let russian = self.is_russian;
        Card::new().title(say(russian, "Actions", "Действия")).show(ui, |ui| {
            wrapped_row(ui, |ui| {
                let join = Button::primary(say(russian, "Sign up", "Зарегистрировать"));
                let join = join.icon(Icon::UserPlus).key("F2").busy(self.is_busy).show(ui);
                self.presses += u32::from(join.clicked());
                if Button::quiet(say(russian, "Ask first", "Спросить")).show(ui).clicked() {
                    self.is_asking = true;
                }
                if Button::danger(say(russian, "Delete", "Удалить")).show(ui).clicked() {
                    self.is_toasting = !self.is_toasting;
                }
            });
            wrapped_row(ui, |ui| {
                icon_button(ui, Icon::Gear, say(russian, "Settings", "Настройки"));
                icon_button(ui, Icon::Globe, say(russian, "Another language", "Другой язык"));
                icon_button(ui, Icon::Back, say(russian, "Go back", "Назад"));
                Button::quiet(say(russian, "Back", "Вернуться")).icon(Icon::Back).icon_only().show(ui);
                key_cap(ui, "Esc");
                key_cap(ui, "F10");
            });
            Button::primary(say(russian, "Look up", "Найти"))
                .wide()
                .disabled_because(Some(say(russian, "Enter ten digits first.", "Сначала введите десять цифр.")))
                .show(ui);
            Choice::new(say(russian, "Station", "Станция"))
                .option(Density::Counter, say(russian, "At the till", "Касса"))
                .disabled_option(
                    Density::Kiosk,
                    say(russian, "On its own", "Киоск"),
                    say(russian, "Connect the station first.", "Сначала подключите станцию."),
                )
                .show(ui, &mut Density::Counter);
            let label = say(russian, "Show what moves", "Показать движение");
            Check::new(label).show(ui, &mut self.is_busy);
            if self.is_busy {
                Spinner::new().label(say(russian, "Asking the service", "Спрашиваем сервис")).show(ui);
            }
        });
    }

    fn states(&mut self, ui: &mut Ui) {
        let russian = self.is_russian;
        Card::new().show(ui, |ui| {
            caption(ui, say(russian, "Points", "Баллы"));
            Digits::new("1 170").show(ui);
            Digits::new("+7 916 779-53-22").size(TextSize::Headline).show(ui);
            wrapped_row(ui, |ui| {
                StatusPill::new(Tone::Success, say(russian, "Connected", "На связи")).show(ui);
                StatusPill::new(Tone::Neutral, say(russian, "Not checked", "Не проверено")).show(ui);
                StatusPill::new(Tone::Info, say(russian, "3 waiting", "3 ждут")).show(ui);
                StatusPill::new(Tone::Warning, say(russian, "Offline", "Нет связи")).show(ui);
                StatusPill::new(Tone::Error, say(russian, "Refused", "Отказ")).show(ui);
            });
        });
        Card::new().show(ui, |ui| {
            let [wrong, changed] = [say(russian, "Wrong", "Ошибка"), say(russian, "Changed", "Изменено")];
            let tabs = || {
                Tabs::new(say(russian, "Parts", "Части"))
                    .tab(say(russian, "Connection", "Связь"), Some((Tone::Error, wrong)))
                    .tab(say(russian, "Station", "Станция"), None)
                    .tab(say(russian, "Scanner", "Сканер"), Some((Tone::Neutral, changed)))
            };
            ui.push_id("list", |ui| tabs().show_list(ui, Some(1)));
            ui.push_id("rows", |ui| tabs().show_rows(ui, Some(2)));
        });
        Banner::new(Tone::Success, say(russian, "Welcome", "Добро пожаловать"))
            .body(say(russian, "The customer is signed up.", "Покупатель зарегистрирован."))
            .show(ui);
        Banner::new(Tone::Warning, say(russian, "The time differs", "Время отличается"))
            .closable(say(russian, "Close this message", "Закрыть сообщение"))
            .show(ui);
        let action = say(russian, "Try again", "Повторить");
        Banner::new(Tone::Error, say(russian, "The service does not answer", "Сервис не отвечает"))
            .body(say(
                russian,
                "Nothing is lost. Try again in a minute.",
                "Ничего не потеряно. Повторите через минуту.",
            ))
            .action(action)
            .show(ui);
        Banner::new(Tone::Info, say(russian, "A new version is ready", "Готова новая версия")).show(ui);
        Card::new().title(say(russian, "Words and signs", "Слова и знаки")).show(ui, |ui| {
            display(ui, say(russian, "Good day", "Добрый день"));
            headline(ui, say(russian, "Is this your number?", "Это ваш номер?"));
            strong(ui, say(russian, "Something that counts", "Что-то важное"));
            body(
                ui,
                say(
                    russian,
                    "Running text wraps at the edge and is never cut off.",
                    "Обычный текст переносится и не обрезается.",
                ),
            );
            muted(ui, say(russian, "Something of lesser rank", "Что-то второстепенное"));
            let ink = theme::of(ui.ctx()).colors.ink.text;
            wrapped_row(ui, |ui| {
                for icon in Icon::ALL {
                    icon.show(ui, 24.0, ink);
                }
            });
        });
        self.figures(ui);
    }

    fn figures(&self, ui: &mut Ui) {
        let russian = self.is_russian;
        Card::new().title(say(russian, "Figures", "Цифры")).show(ui, |ui| {
            let bars: Vec<_> =
                (9..21).map(|hour| ChartBar { name: format!("{hour}:00"), value: (hour * 7) % 23 }).collect();
            BarChart::new(say(russian, "Signups by hour", "Регистрации по часам"), &bars).show(ui);
            for (time, what) in [("12:41", say(russian, "Signed up", "Зарегистрирован")), ("12:40", "11 806")]
            {
                TextRow::new(&[0.3, 0.7], &[time, what]).show(ui);
            }
        });
    }

    fn floating(&mut self, ui: &Ui) {
        let russian = self.is_russian;
        if self.is_asking {
            let answer = Modal::new("ask", say(russian, "Delete this entry?", "Удалить запись?"))
                .body(say(russian, "This cannot be undone.", "Это нельзя отменить."))
                .show(ui.ctx(), |ui| {
                    wrapped_row(ui, |ui| {
                        let keep = Button::quiet(say(russian, "Keep it", "Оставить")).show(ui).clicked();
                        let delete = Button::danger(say(russian, "Delete it", "Удалить её")).show(ui).clicked();
                        keep || delete
                    })
                    .inner
                });
            self.is_asking = !(answer.inner || answer.dismissed);
        }
        if self.is_toasting {
            ToastView::new(Tone::Success, say(russian, "Saved", "Сохранено")).show(ui.ctx());
        }
    }
}

fn say(is_russian: bool, english: &'static str, russian: &'static str) -> &'static str {
    if is_russian { russian } else { english }
}

/// A formatter to try fields with: `+7 916 779-53-22`.
fn sample_phone(raw: &str) -> String {
    let digits: Vec<char> = raw.chars().filter(char::is_ascii_digit).collect();
    let national = match digits.as_slice() {
        [] => return String::new(),
        ['7' | '8', rest @ ..] => rest,
        all => all,
    };
    let mut formatted = "+7".to_owned();
    for (index, digit) in national.iter().take(10).enumerate() {
        match index {
            0 | 3 => formatted.push(' '),
            6 | 8 => formatted.push('-'),
            _ => {}
        }
        formatted.push(*digit);
    }
    formatted
}
