//! What the client adds to a bare HTTP request: a thousand pairs of lookups, interleaved, over one warm connection each.

#![expect(clippy::disallowed_methods, reason = "a measurement looks at the clock")]

#[path = "../tests/support/desktop.rs"]
mod desktop;
#[path = "support/figures.rs"]
mod figures;
#[path = "../tests/support/shop.rs"]
mod shop;

use std::time::{Duration, Instant};

use desktop::Result;
use figures::{heading, median, micros, row};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client};
use serde::Deserialize;
use shop::Shop;
use swip_kiosk::domain::{CustomerQuery, Lookup, Phone, PhoneRules};
use swip_kiosk::services::api::{ApiClient, CUSTOMER_DEADLINE};
use swip_kiosk::services::profile::Profile;
use swip_kiosk::services::sandbox::seeds;

const PAIRS: usize = 1_000;
const WARM_UP: usize = 100;
/// What the client may cost at most: the larger of the two.
const TARGET_PERCENT: f64 = 5.0;
const TARGET: Duration = Duration::from_micros(50);

#[derive(Deserialize)]
struct Stats {
    points: i64,
}

fn main() -> Result<()> {
    let shop = Shop::open(env!("CARGO_BIN_EXE_swip-kiosk"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(compare(&shop))
}

async fn compare(shop: &Shop) -> Result<()> {
    let Profile { settings, token } = Profile::parse(shop.profile().as_bytes())?;
    let token = token.ok_or("the profile has no token")?;
    let client = ApiClient::new(&settings, &token, CUSTOMER_DEADLINE)?;
    let query = CustomerQuery::Phone(Phone::parse(seeds::REGULAR.phone, PhoneRules::default())?);
    let bare = bare_client(shop)?;
    let url = format!("{}/customer-loyalty-stats", settings.connection.base_url.as_str());

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..WARM_UP + PAIRS {
        let start = Instant::now();
        let found = client.look_up(&query).await?;
        let our_time = start.elapsed();
        let start = Instant::now();
        let points = bare_lookup(&bare, &url).await?;
        let their_time = start.elapsed();
        if !matches!(found, Lookup::Member(found) if found.value() == points) {
            return Err("the two do not agree".into());
        }
        if round >= WARM_UP {
            ours.push(our_time);
            theirs.push(their_time);
        }
    }

    let (ours, theirs) = (median(&mut ours), median(&mut theirs));
    let difference = ours.as_secs_f64() - theirs.as_secs_f64();
    let percent = 100.0 * difference / theirs.as_secs_f64();
    let target = TARGET.as_secs_f64().max(theirs.as_secs_f64() * TARGET_PERCENT / 100.0);
    heading(&format!("lookup: {PAIRS} interleaved pairs on the loopback, medians"));
    row("ApiClient::look_up", &micros(ours), "");
    row("bare reqwest GET", &micros(theirs), "");
    let target = format!("at most {:.0} us", target * 1e6);
    row("difference", &format!("{:+.1} us, {percent:+.1} %", difference * 1e6), &target);
    Ok(())
}

fn bare_client(shop: &Shop) -> Result<Client> {
    let profile: serde_json::Value = serde_json::from_str(shop.profile())?;
    let text = |name: &str| profile[name].as_str().ok_or("the profile is not whole");
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {}", text("token")?))?);
    for (header, name) in [("x-merchant-id", "merchant_id"), ("x-store-id", "store_id"), ("x-cash-id", "cash_id")] {
        headers.insert(HeaderName::from_static(header), HeaderValue::from_str(text(name)?)?);
    }
    headers.insert("api-version", HeaderValue::from_static("3"));
    // Without certificates, as the program's own client is for plain http: reqwest has no provider to ask for them.
    Ok(Client::builder().default_headers(headers).no_proxy().tls_certs_only(Vec::<Certificate>::new()).build()?)
}

async fn bare_lookup(client: &Client, url: &str) -> Result<i64> {
    let response = client.get(url).query(&[("phone", seeds::REGULAR.phone)]).send().await?;
    let stats: Stats = serde_json::from_slice(&response.bytes().await?)?;
    Ok(stats.points)
}
