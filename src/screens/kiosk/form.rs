//! The signup of one customer, page by page.

use crate::domain::consent::{ConsentForm, Given};
use crate::domain::settings::{KioskRules, Preferences};
use crate::domain::{BirthdayForm, Phone, PhoneMask, Purpose, Signup, SignupDraft, SignupErrors, SignupField};
use crate::screens::UpdateContext;

/// A signup while it is being typed.
#[derive(Debug, PartialEq, Eq)]
pub struct Form {
    /// Which page shows.
    pub page: Page,
    /// As typed.
    pub draft: SignupDraft,
    /// The errors that show.
    pub errors: SignupErrors,
    /// What the customer agrees to.
    pub consents: ConsentForm,
    /// The phone, once it is not to be shown any more.
    hidden_phone: Option<Phone>,
    /// Whether the page's field shall take the keyboard; the view takes it.
    pub wants_focus: bool,
}

/// One page of the signup; a page asks one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Page {
    /// One field.
    Field(SignupField),
    /// What the customer agrees to.
    Consents,
    /// "Is this your number?"
    Confirm,
}

/// Where a page leads.
pub(super) enum PageStep {
    /// To a page, or nowhere.
    Stays,
    /// All is asked.
    Done,
}

/// The pages in their order, for what a station asks.
pub fn pages(rules: &KioskRules) -> impl Iterator<Item = Page> {
    let asks = rules.asks;
    let fields = SignupField::ALL.into_iter().filter(move |field| asks.asks(*field)).map(Page::Field);
    fields.chain([Page::Consents, Page::Confirm])
}

impl Drop for Form {
    fn drop(&mut self) {
        self.draft.wipe();
    }
}

impl Form {
    /// An empty form, brought by a press that is just over.
    pub(super) fn new(cx: &UpdateContext<'_>) -> Self {
        Self {
            page: Page::Field(SignupField::Phone),
            draft: SignupDraft::default(),
            errors: SignupErrors::default(),
            consents: ConsentForm::new(cx.consents.asked()),
            hidden_phone: None,
            wants_focus: true,
        }
    }

    /// The phone, once it is one.
    pub fn phone(&self, preferences: &Preferences) -> Option<Phone> {
        let hidden = self.hidden_phone.clone();
        hidden.or_else(|| Phone::parse(&self.draft.phone, preferences.phone_rules).ok())
    }

    /// The phone with all but its end hidden, if it is not to be shown any more.
    pub fn hidden_phone(&self) -> Option<PhoneMask> {
        self.hidden_phone.as_ref().map(Phone::mask)
    }

    /// From now on the phone is not shown, and can only be replaced; a part of one is forgotten.
    pub(super) fn hide_phone(&mut self, preferences: &Preferences) {
        self.hidden_phone = self.phone(preferences);
        self.draft.clear(SignupField::Phone);
        if self.page == Page::Field(SignupField::Phone) {
            self.errors = SignupErrors::default();
        }
    }

    /// Whether what is wrong with the page shows.
    pub fn shows_error(&self) -> bool {
        !self.errors.is_empty()
    }

    /// An error that shows goes as soon as it is mended.
    pub(super) fn edited(&mut self, cx: &UpdateContext<'_>) {
        if !self.draft.phone.is_empty() {
            // Another one is being typed.
            self.hidden_phone = None;
        }
        if self.shows_error() {
            self.errors = self.errors_of_page(cx);
        }
    }

    pub(super) fn toggle(&mut self, purpose: Purpose) {
        if self.page == Page::Consents {
            self.consents.toggle(purpose);
        }
    }

    /// On, unless something is wrong with the page, which then shows.
    pub(super) fn next(&mut self, cx: &UpdateContext<'_>) -> PageStep {
        self.draft.tidy_names();
        self.errors = self.errors_of_page(cx);
        if self.shows_error() {
            self.wants_focus = true;
            return PageStep::Stays;
        }
        if self.page == Page::Consents && !self.consents.is_complete() {
            return PageStep::Stays;
        }
        match pages(&cx.preferences.kiosk).skip_while(|page| *page != self.page).nth(1) {
            Some(page) => {
                self.turn(page);
                PageStep::Stays
            }
            None if self.page == Page::Confirm => PageStep::Done,
            // The settings have changed meanwhile, and the page is asked no more.
            None => {
                self.turn(Page::Consents);
                PageStep::Stays
            }
        }
    }

    /// On without what the page asks.
    pub(super) fn skip(&mut self, cx: &UpdateContext<'_>) {
        if let Page::Field(field) = self.page
            && !field.is_required()
        {
            self.draft.clear(field);
            self.next(cx);
        }
    }

    /// To the page of the phone.
    pub(super) fn correct(&mut self) {
        self.turn(Page::Field(SignupField::Phone));
    }

    /// To the page before; false if there is none.
    pub(super) fn back(&mut self, cx: &UpdateContext<'_>) -> bool {
        let before = pages(&cx.preferences.kiosk).take_while(|page| *page != self.page).last();
        if let Some(page) = before {
            self.turn(page);
        }
        before.is_some()
    }

    /// The whole signup; if something is wrong after all, its page shows.
    pub(super) fn check(&mut self, cx: &UpdateContext<'_>) -> Result<(Signup, Vec<Given>), ()> {
        let checked = self.check_draft(cx);
        let page = match (checked, self.consents.given()) {
            (Ok(signup), Some(given)) => return Ok((signup, given)),
            // The page of the first thing that is wrong.
            (Err(errors), _) => errors.keys().next().map_or(Page::Consents, |field| Page::Field(*field)),
            (Ok(_), None) => Page::Consents,
        };
        self.turn(page);
        self.errors = self.errors_of_page(cx);
        Err(())
    }

    fn turn(&mut self, page: Page) {
        self.page = page;
        self.errors = SignupErrors::default();
        self.wants_focus = true;
    }

    fn check_draft(&self, cx: &UpdateContext<'_>) -> Result<Signup, SignupErrors> {
        let check = |draft: &SignupDraft| draft.check(BirthdayForm::Typed, cx.preferences, cx.now.local.date());
        match &self.hidden_phone {
            None => check(&self.draft),
            Some(phone) => {
                let mut whole = self.draft.clone();
                phone.digits().clone_into(&mut whole.phone);
                let checked = check(&whole);
                whole.wipe();
                checked
            }
        }
    }

    fn errors_of_page(&self, cx: &UpdateContext<'_>) -> SignupErrors {
        let checked = self.check_draft(cx);
        let found = checked.err().unwrap_or_default();
        found.into_iter().filter(|(field, _)| self.page == Page::Field(*field)).collect()
    }
}
