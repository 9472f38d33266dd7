//! A scanner at a serial port: its card is looked up like one that was typed by a scanner, and its port is told of.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use egui::Key;
use fastrand::Rng;
use nix::fcntl::OFlag;
use nix::pty::{PtyMaster, grantpt, posix_openpt, ptsname_r, unlockpt};
use swip_kiosk::app::Screen;
use swip_kiosk::domain::{PortStatus, SettingKey};
use swip_kiosk::screens::counter::Status;
use swip_kiosk::screens::kiosk;

use crate::scans::{PLACES, SECONDS_PER_FRAME, asked_for_pass, frames, go_to, scan as type_scan, status};
use crate::support::{NEW_PHONE, Shop, Window, in_every_language};

/// A scanner that is plugged in: what is written to it, it has scanned.
pub(crate) struct Scanner {
    wire: PtyMaster,
    socket: PathBuf,
}

impl Scanner {
    /// Plugs one in, which has this name from now on.
    pub(crate) fn at(socket: &Path) -> Self {
        let wire = posix_openpt(OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC).expect("a port");
        grantpt(&wire).expect("a port");
        unlockpt(&wire).expect("a port");
        symlink(ptsname_r(&wire).expect("a name"), socket).expect("a link");
        Self { wire, socket: socket.to_owned() }
    }

    pub(crate) fn scan(&mut self, bytes: &str) {
        self.wire.write_all(bytes.as_bytes()).expect("written");
    }

    fn unplug(self) {
        fs::remove_file(&self.socket).expect("the link");
    }
}

/// A shop with a scanner at a port.
fn shop(mode: &str) -> (Shop, Scanner) {
    let folder = Shop::empty();
    let socket = folder.home.path().join("usb-scanner");
    let scanner = Scanner::at(&socket);
    let changes = [(SettingKey::Mode, mode), (SettingKey::ScannerPort, socket.to_str().expect("a path"))];
    let shop = folder.set_up("ru", &changes);
    (if mode == "kiosk" { shop.with_pin() } else { shop }, scanner)
}

pub(crate) fn wait_for_port(window: &mut Window, wanted: PortStatus) {
    window.wait("the port", |window| window.harness.state().state().station.scanner == wanted);
}

#[test]
fn a_scan_at_a_port_is_looked_up_wherever_the_keyboard_is_and_no_field_gets_a_sign_of_it() {
    for (place, card) in PLACES.into_iter().zip(1_000_000_000_000_u64..) {
        let (shop, mut scanner) = shop("counter");
        let mut window = shop.open_at(SECONDS_PER_FRAME, "ru");
        wait_for_port(&mut window, PortStatus::Connected);
        go_to(&shop, &mut window, place);
        scanner.scan(&format!("{card}\r\n"));
        window.wait(place, |window| matches!(status(window), Status::UnknownPass));
        assert_eq!(asked_for_pass(&shop, &card.to_string()), 1, "{place}");
        assert_eq!(window.value("counter-box"), card.to_string(), "{place}");
        let had_form = ["first name", "birthday", "phone of the form"].contains(&place);
        if had_form {
            frames(&mut window, 40);
            window.click("unfinished-open");
            let fields = ["form-phone", "form-first-name", "form-last-name", "form-birthday"];
            assert_eq!(
                fields.map(|field| window.value(field)),
                ["+7 916 123-45-67", "", "", ""].map(str::to_owned),
                "{place}"
            );
        }
    }
}

#[test]
fn what_was_typed_before_a_scan_at_a_port_is_done_first_and_two_scans_are_two_customers() {
    let (shop, mut scanner) = shop("counter");
    let mut window = shop.open_at(SECONDS_PER_FRAME, "ru");
    wait_for_port(&mut window, PortStatus::Connected);
    window.look_up(NEW_PHONE);
    scanner.scan("SWIP-0007\rSWIP-0001\r");
    window.wait_for("counter-member");
    assert_eq!(window.value("counter-box"), "SWIP-0001");
    assert_eq!((asked_for_pass(&shop, "SWIP-0007"), asked_for_pass(&shop, "SWIP-0001")), (1, 1));
    window.press(Key::Escape);
    scanner.scan("12\x07345\r");
    window.wait_for("toast-scan-refused");
}

#[test]
fn a_kiosk_takes_a_scan_at_a_port_on_its_first_page_and_on_that_of_points_and_nowhere_else() {
    let (shop, mut scanner) = shop("kiosk");
    for (page, asked) in [("", 1), ("kiosk-my-points", 2)] {
        let mut window = shop.open_kiosk_at(SECONDS_PER_FRAME, "ru");
        wait_for_port(&mut window, PortStatus::Connected);
        if !page.is_empty() {
            frames(&mut window, 30);
            window.click(page);
        }
        scanner.scan("4006381333931\r");
        window.wait(page, |_| asked_for_pass(&shop, "4006381333931") == asked);
    }
    let mut window = shop.open_kiosk_at(SECONDS_PER_FRAME, "ru");
    wait_for_port(&mut window, PortStatus::Connected);
    frames(&mut window, 30);
    window.click("kiosk-join");
    scanner.scan("79167795322\r");
    std::thread::sleep(std::time::Duration::from_millis(100));
    frames(&mut window, 10);
    let Screen::Kiosk(kiosk) = &window.harness.state().state().screen else { panic!("no kiosk") };
    let kiosk::Status::Form(form) = &kiosk.status else { panic!("no form: {:?}", kiosk.status) };
    assert_eq!(form.draft.phone, "", "a card is nobody's phone");
    assert_eq!(asked_for_pass(&shop, "79167795322"), 0);
}

#[test]
fn the_counter_says_that_the_scanner_is_gone_and_rests_either_way() {
    let (shop, scanner) = shop("counter");
    let mut window = shop.open("ru");
    wait_for_port(&mut window, PortStatus::Connected);
    assert!(window.rest() > std::time::Duration::from_mins(1));
    assert!(!window.sees("scanner-not-found"));
    scanner.unplug();
    window.wait_for("scanner-not-found");
    assert!(window.rest() > std::time::Duration::from_mins(1));
}

#[test]
fn in_the_settings_a_scan_shows_what_it_is_by_the_rules_as_typed_and_nobody_is_looked_up() {
    in_every_language(|language| {
        let folder = Shop::empty();
        let socket = folder.home.path().join("usb-scanner");
        let mut scanner = Scanner::at(&socket);
        let shop = folder.set_up(language, &[]);
        let mut window = shop.open_at(SECONDS_PER_FRAME, language);
        let click = |window: &mut Window, id: &str| {
            // A tap counts on a page that could be seen.
            frames(window, 40);
            window.click(id);
        };
        click(&mut window, "app-settings");
        window.section("settings-scanner");
        assert!(!window.sees("settings-scanner-speed"), "a scanner that types has none");
        window.fill("settings-scanner-port", socket.to_str().expect("a path"));
        assert_eq!(window.harness.state().state().station.scanner, PortStatus::Off, "not while it is typed");
        window.press(Key::Tab);
        window.wait_for("scanner-connected");
        assert!(window.sees("settings-scanner-speed"));
        scanner.scan("~C4006381333931\r");
        window.wait_for("settings-scan-pass");
        assert_eq!(window.value("settings-scan"), "~C4006381333931");
        window.fill("settings-scanner-prefix", "~C");
        window.settle();
        assert!(window.sees_words("4006381333931") && !window.sees("settings-scan-no-pass"));
        window.fill("settings-scanner-length", "12");
        window.settle();
        assert!(window.sees("settings-scan-no-pass") && window.sees("settings-scan-length"));
        scanner.scan("12\x1d34\r");
        window.wait_for("settings-scan-refused");
        assert_eq!(window.value("settings-scan"), "");
        // By keys, with the keyboard in the field for it and nowhere.
        for card in ["SWIP-0001", "SWIP-0002"] {
            window.focus("settings-scan");
            if card == "SWIP-0002" {
                window.press(Key::Escape);
            }
            type_scan(&mut window, card, (1, Some(Key::Enter)), &mut Rng::with_seed(3));
            window.wait(card, |window| window.value("settings-scan") == card);
        }
        // A technician scans into a field.
        window.fill("settings-scanner-suffix", "");
        type_scan(&mut window, "12345678", (0, None), &mut Rng::with_seed(3));
        assert_eq!(window.value("settings-scanner-suffix"), "12345678");
        click(&mut window, "settings-back");
        click(&mut window, "settings-unsaved-discard");
        wait_for_port(&mut window, PortStatus::Off);
        assert!(!window.sees_words("SWIP-0002") && shop.server().ledger().is_empty());
        click(&mut window, "app-settings");
        window.section("settings-scanner");
        assert_eq!(window.value("settings-scan"), "", "it is gone with the screen");
    });
}

#[test]
fn the_ports_there_are_can_be_looked_for() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.click("app-settings");
        window.section("settings-scanner");
        window.click("settings-scanner-find");
        window.wait("ports", |window| window.sees("settings-scanner-found") || window.sees("settings-scanner-none"));
    });
}
