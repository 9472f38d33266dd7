//! The queue at the manager's: what is done about an entry, seen at the ledger of the server.

use egui::accesskit::Role;
use egui::{Key, Vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use swip_kiosk::app::Screen;
use swip_kiosk::services::sandbox::{Fault, Faults, Plan};

use crate::support::{NEW_PHONE, NEW_PHONE_SENT, PIN, Shop, Window, in_every_language};

impl Window {
    fn screen(&self) -> &Screen {
        &self.harness.state().state().screen
    }

    /// Types the PIN at the door, where it is.
    fn pass_door(&mut self) {
        self.wait("the door", |window| matches!(window.screen(), Screen::Door(_)));
        self.type_text(PIN);
        self.press(Key::Enter);
        self.wait("the door to open", |window| !matches!(window.screen(), Screen::Door(_)));
        self.settle();
    }

    /// From the counter to the queue.
    pub(crate) fn open_queue(&mut self) {
        self.harness.set_size(Vec2::new(1366.0, 768.0));
        self.press(Key::Escape);
        self.settle();
        // As a screen reader presses it: a count that comes beside it meanwhile moves it.
        let settings = self.text("app-settings");
        self.harness.get_by_role_and_label(Role::Button, &settings).click_accesskit();
        self.settle();
        self.pass_door();
        self.click("queue-open");
        self.wait_for("queue-title");
        self.wait("the list", |window| !window.sees("queue-reading"));
    }

    /// Signs a phone up, and sees that it is only saved.
    pub(crate) fn save(&mut self, phone: &str) {
        self.look_up(phone);
        self.wait("an answer", |window| window.sees("form-title") || window.sees("counter-sign-up-anyway"));
        self.settle();
        self.press(Key::Enter);
        self.wait_for("done-saved-advice");
        self.press(Key::Escape);
    }

    /// The names of the rows that say so.
    pub(crate) fn rows(&self, id: &str) -> Vec<String> {
        let words = self.text(id);
        let buttons = self.harness.query_all_by_role(Role::Button);
        buttons.filter_map(|button| button.accesskit_node().label()).filter(|label| label.contains(&words)).collect()
    }

    pub(crate) fn wait_for_row(&mut self, id: &str) -> String {
        self.wait(id, |window| !window.rows(id).is_empty());
        self.rows(id).remove(0)
    }

    fn choose(&mut self, words: &str) {
        self.harness.get_by_role_and_label(Role::RadioButton, words).click();
        self.settle();
    }

    pub(crate) fn select(&mut self, id: &str) {
        let row = self.wait_for_row(id);
        self.click_words(&row);
        self.settle();
    }
}

pub(crate) fn on_signup(fault: Fault) -> Faults {
    Faults::on_signup(Plan::always(fault))
}

/// Pictures in both sizes of a counter, where they are asked for.
pub(crate) fn picture(window: &mut Window, name: &str, language: &str) {
    #[cfg(feature = "snapshots")]
    for size in [Vec2::new(1366.0, 768.0), Vec2::new(1920.0, 1080.0)] {
        window.harness.set_size(size);
        window.settle();
        crate::pictures::take(window, &format!("queue-{name}-{language}-{}", size.x));
    }
    let _ = (window, name, language);
}

/// A shop with one signup that SWiP refused after it was saved, and the queue on the screen.
pub(crate) fn refused(language: &str) -> (Shop, Window) {
    let shop = Shop::connected(language).with_pin();
    let mut window = shop.open(language);
    shop.set_faults(on_signup(Fault::status(401)));
    window.save(NEW_PHONE);
    window.open_queue();
    window.wait_for_row("entry-held-credentials");
    assert!(window.sees("queue-held-body"), "what keeps all of it is told");
    shop.set_faults(on_signup(Fault::status(400)));
    window.click("queue-retry-all");
    window.wait_for_row("entry-rejected");
    (shop, window)
}

fn phones(shop: &Shop) -> Vec<String> {
    shop.signups().iter().map(|entry| entry.body.clone()).collect()
}

#[test]
fn a_refused_signup_is_looked_into_corrected_and_sent() {
    in_every_language(|language| {
        let (shop, mut window) = refused(language);
        window.select("entry-rejected");
        assert!(window.sees("entry-advice-rejected"));
        picture(&mut window, "rejected", language);
        assert!(!window.sees_words("+7 916 123-45-67"), "nothing shows before the PIN");
        window.click("queue-reveal");
        window.pass_door();
        window.wait_for("queue-correct");
        assert_eq!(window.value("form-phone"), "+7 916 123-45-67");
        picture(&mut window, "revealed", language);
        window.fill("form-phone", "9167654321");
        shop.set_faults(Faults::default());
        window.click("queue-correct");
        window.wait_for("queue-nothing");
        assert!(phones(&shop).last().is_some_and(|body| body.contains("79167654321")), "{:?}", phones(&shop));
        assert!(!window.sees_words("+7 916 765-43-21"));
    });
}

#[test]
fn a_signup_that_is_deleted_is_never_sent_and_the_reason_stays() {
    in_every_language(|language| {
        let (shop, mut window) = refused(language);
        let before = shop.signups().len();
        shop.set_faults(Faults::default());
        window.select("entry-rejected");
        window.click("queue-delete");
        window.wait_for("queue-delete-title");
        picture(&mut window, "delete", language);
        let reason = window.text("queue-reason-wrong-number");
        window.choose(&reason);
        let delete = window.text("queue-delete");
        // The one of the dialog.
        window.harness.query_all_by_role_and_label(Role::Button, &delete).last().expect("a button").click();
        window.wait_for("queue-nothing");
        window.click("queue-retry-all");
        window.wait("the answer", |window| {
            window.sees_words(&window.text_of("queue-done-retried", &[("count", 0.into())]))
        });
        assert_eq!(shop.signups().len(), before, "nothing was sent");
        let ended = window.text_with("queue-tab-ended", "count", "1");
        window.choose(&ended);
        window.wait("the reason", |window| window.list().contains(&reason));
        picture(&mut window, "ended", language);
    });
}

#[test]
fn a_pause_is_told_with_its_end_and_ended_by_the_manager() {
    in_every_language(|language| {
        let shop = Shop::connected(language).with_pin();
        let mut window = shop.open(language);
        shop.set_faults(on_signup(Fault::too_many_requests("1800")));
        window.save(NEW_PHONE);
        window.open_queue();
        window.wait_for_row("entry-pending");
        window.wait_for("queue-paused-body");
        picture(&mut window, "paused", language);
        let before = shop.signups().len();
        shop.set_faults(Faults::default());
        window.click("queue-retry-all");
        window.wait_for("queue-nothing");
        window.wait("the pause to go", |window| !window.sees("queue-paused-body"));
        let sent = &phones(&shop)[before..];
        assert!(sent.len() == 1 && sent[0].contains(NEW_PHONE_SENT), "{sent:?}");
    });
}

#[test]
fn a_customer_who_takes_the_consent_back_is_forgotten() {
    let (shop, mut window) = refused("ru");
    let before = shop.signups().len();
    shop.set_faults(Faults::default());
    window.click("queue-forget");
    window.wait_for("queue-forget-title");
    window.fill("queue-forget-phone", "8 916 123-45-67");
    let delete = window.text("queue-delete");
    window.harness.query_all_by_role_and_label(Role::Button, &delete).last().expect("a button").click();
    window.wait_for("queue-nothing");
    assert_eq!(shop.signups().len(), before);
    window.click("settings-back");
    window.wait("the settings", |window| matches!(window.screen(), Screen::Settings(_)));
}
