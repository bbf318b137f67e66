/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.event;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.RevocationListener;
import dev.lumoauth.spring.token.key.RsaTestKeys;
import dev.lumoauth.spring.user.TokenNames;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.client.ClientHttpRequestFactory;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.client.WireMock.serviceUnavailable;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * That whoever is not LumoAuth changes nothing by however many events, and costs little.
 */
class EventFloodTests {

	private static final int EVENTS = 1_000 * Integer.getInteger("tests.times", 1);

	private static final String DISABLED = "https://schemas.openid.net/secevent/risc/event-type/account-disabled";

	private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

	private static final String SECRET = "a-secret-of-the-webhook";

	private static final RSAKey KEY = RsaTestKeys.own("key-1");

	private static final RSAKey FOREIGN = RsaTestKeys.foreign("key-1");

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final List<Revocation> told = new ArrayList<>();

	private final Map<String, Integer> outcomes = new HashMap<>();

	/** Time for 500 signatures in each second. */
	private final AtomicLong nanoTime = new AtomicLong();

	private final Revocations revocations = new Revocations(() -> List.of((RevocationListener) this.told::add),
			(channel, type, outcome) -> this.outcomes.merge(outcome, 1, Integer::sum), 1_000,
			() -> this.nanoTime.addAndGet(2_000_000));

	private EventReceiver receiver;

	@BeforeEach
	void prepare() {
		this.receiver = receiver(() -> this.nanoTime.addAndGet(2_000_000));
	}

	private EventReceiver receiver(LongSupplier nanoTime) {
		stubMetadata();
		lumoAuth.stubFor(get(urlPathEqualTo("/t/acme/api/v1/jwks.json"))
			.willReturn(okJson(new JWKSet(KEY.toPublicJWK()).toString())));
		ClientHttpRequestFactory requests = LumoAuthHttp.requestFactory(
				HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build(), Duration.ofMinutes(1));
		LumoAuthHttp http = LumoAuthHttp
			.builder(LumoAuthAddresses.forTenant(URI.create(lumoAuth.baseUrl()), "acme"), "agt_1", requests)
			.maxWait(Duration.ofMinutes(1))
			.build();
		return new SecurityEventReceiver(this.revocations, http, requests, "agt_1", null, null,
				Clock.fixed(NOW, ZoneOffset.UTC), nanoTime);
	}

	private static void stubMetadata() {
		stubMetadata(issuer(), "/jwks.json");
	}

	private static void stubMetadata(String issuer, String keys) {
		lumoAuth.stubFor(get(urlPathEqualTo("/t/acme/api/v1/.well-known/ssf-configuration"))
			.willReturn(okJson("{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + issuer() + keys + "\"}")));
	}

	@Test
	void manyForgedReplayedStaleOrForeignSecurityEventsAreNotTaken() {
		String genuine = event(KEY, Map.of());
		assertThat(send(genuine)).isEqualTo(202);
		assertThat(this.told).hasSize(1);
		List<String> others = List.of(event(FOREIGN, Map.of()), event(KEY, Map.of("iss", "https://evil.example")),
				event(KEY, Map.of("aud", "agt_2")), event(KEY, Map.of("iat", NOW.getEpochSecond() - 301)),
				event(KEY, Map.of("iat", NOW.getEpochSecond() + 61)), genuine,
				event(RsaTestKeys.foreign("unknown"), Map.of()),
				genuine.substring(0, genuine.length() - 8) + "AAAAAAAA");
		for (int i = 0; i < EVENTS; i++) {
			int status = send(others.get(i % others.size()));
			assertThat(status).isIn((i % others.size() == 5) ? List.of(202, 429) : List.of(400, 429, 503));
		}
		assertThat(this.told).as("the genuine one, once").hasSize(1);
		assertThat(this.outcomes.get("applied")).isEqualTo(1);
		assertThat(this.revocations.size()).as("what is remembered").isEqualTo(1);
		lumoAuth.verify(1, getRequestedFor(urlPathEqualTo("/t/acme/api/v1/.well-known/ssf-configuration")));
		assertThat(lumoAuth.findAll(getRequestedFor(anyUrl()))).hasSizeLessThanOrEqualTo(4);
		assertThat(this.outcomes.keySet()).as("values of a tag").hasSizeLessThanOrEqualTo(9);
	}

	@Test
	void manyForgedReplayedOrStaleWebhooksAreNotTaken() throws Exception {
		this.receiver = new WebhookReceiver(this.revocations, List.of(SECRET, "another-secret-of-it"),
				Clock.fixed(NOW, ZoneOffset.UTC), () -> this.nanoTime.addAndGet(2_000_000));
		String genuine = webhook("1", NOW);
		assertThat(webhook(genuine, SECRET)).isEqualTo(202);
		for (int i = 0; i < EVENTS; i++) {
			switch (i % 4) {
				case 0 -> assertThat(webhook(webhook("f" + i, NOW), "a-secret-that-is-none")).isEqualTo(400);
				case 1 -> assertThat(webhook(genuine, SECRET)).isEqualTo(202);
				case 2 -> assertThat(webhook(webhook("s" + i, NOW.minusSeconds(4201)), SECRET)).isEqualTo(400);
				default -> assertThat(webhook(webhook("t" + i, NOW.plusSeconds(61)), SECRET)).isEqualTo(400);
			}
		}
		assertThat(this.told).hasSize(1);
		assertThat(this.revocations.size()).isEqualTo(1);
	}

	@Test
	void withAFullMemoryAnEventIsAppliedAllTheSame() {
		for (int i = 0; i < 1_000; i++) {
			assertThat(this.revocations.take("ssf", "id " + i, Duration.ofHours(1), Map.of(DISABLED, Set.of("a")))
				.status()).isEqualTo(202);
		}
		for (int i = 0; i < 2; i++) {
			assertThat(this.revocations.take("ssf", "new", Duration.ofHours(1), Map.of(DISABLED, Set.of("a"))).status())
				.isEqualTo(202);
		}
		assertThat(this.revocations.take("ssf", "id 0", Duration.ofHours(1), Map.of(DISABLED, Set.of("a"))).status())
			.isEqualTo(202);
		assertThat(this.told).hasSize(1_002);
		assertThat(this.outcomes).containsEntry("overloaded", 2).containsEntry("repeated", 1);
		assertThat(this.revocations.size()).isEqualTo(1_000);
		this.nanoTime.addAndGet(Duration.ofHours(2).toNanos());
		assertThat(this.revocations.take("ssf", "new", Duration.ofHours(1), Map.of(DISABLED, Set.of("a"))).status())
			.isEqualTo(202);
		assertThat(this.revocations.size()).isEqualTo(1);
	}

	@Test
	void whatAListenerCouldNotForgetIsSentAgainAndTheOthersAreTold() {
		List<Revocation> last = new ArrayList<>();
		List<RevocationListener> listeners = new ArrayList<>(List.of((revocation) -> {
			throw new IllegalStateException("broken");
		}, last::add));
		Revocations failing = new Revocations(() -> listeners,
				(channel, type, outcome) -> this.outcomes.merge(outcome, 1, Integer::sum));
		assertThat(failing.take("ssf", "1", Duration.ofMinutes(6), Map.of(DISABLED, Set.of())).status()).isEqualTo(503);
		assertThat(last).containsExactly(Revocation.ofEveryone(Revocation.Effect.DISABLED));
		listeners.remove(0);
		assertThat(failing.take("ssf", "1", Duration.ofMinutes(6), Map.of(DISABLED, Set.of())).status()).isEqualTo(202);
		assertThat(this.outcomes).containsEntry("failed", 1).containsEntry("applied", 1);
	}

	@Test
	void whileAnEventIsBeingAppliedASecondCopyIsToBeSentAgain() {
		List<EventReply> copies = new ArrayList<>();
		AtomicReference<Revocations> self = new AtomicReference<>();
		self.set(new Revocations(() -> List.of((RevocationListener) (revocation) -> {
			if (copies.isEmpty()) {
				copies.add(disabled(self.get(), "1"));
				throw new IllegalStateException("broken");
			}
		}), (channel, type, outcome) -> {
		}));
		copies.add(disabled(self.get(), "1"));
		assertThat(copies).extracting(EventReply::status).containsExactly(503, 503);
		assertThat(disabled(self.get(), "1").status()).isEqualTo(202);
	}

	/**
	 * It goes to another replica, which has applied it.
	 */
	@Test
	void whatOneReplicaCouldNotForgetIsPassedOnAgainByTheOneThatItIsSentToAgain() {
		List<Revocation> forgotten = new ArrayList<>();
		List<RevocationListener> failing = new ArrayList<>(List.of((revocation) -> {
			throw new IllegalStateException("broken");
		}));
		Revocations first = new Revocations(() -> failing, (channel, type, outcome) -> {
		});
		first.relayBy(this.revocations::relayed);
		this.revocations.relayBy(first::relayed);
		assertThat(disabled(first, "1").status()).isEqualTo(503);
		assertThat(this.told).hasSize(1);
		failing.set(0, forgotten::add);
		assertThat(disabled(this.revocations, "1").status()).isEqualTo(202);
		assertThat(forgotten).hasSize(1);
		assertThat(disabled(this.revocations, "1").status()).isEqualTo(202);
		assertThat(forgotten).hasSize(1);
		assertThat(this.told).hasSize(1);
	}

	@Test
	void whatComesFromAnotherReplicaAndCouldNotBeForgottenIsTakenWhenItComesAgain() {
		List<Revocation> forgotten = new ArrayList<>();
		List<RevocationListener> failing = new ArrayList<>(List.of((revocation) -> {
			throw new IllegalStateException("broken");
		}));
		Revocations told = new Revocations(() -> failing, (channel, type, outcome) -> {
		});
		told.relayed("1", Duration.ofMinutes(6), List.of(Revocation.ofEveryone(Revocation.Effect.DISABLED)));
		failing.set(0, forgotten::add);
		assertThat(disabled(told, "1").status()).isEqualTo(202);
		assertThat(forgotten).hasSize(1);
	}

	private static EventReply disabled(Revocations revocations, String id) {
		return revocations.take("ssf", id, Duration.ofMinutes(6), Map.of(DISABLED, Set.of()));
	}

	@Test
	void whatNoneOfLumoAuthsKeysHasSignedCostsNothingOfTheLimit() {
		this.receiver = receiver(() -> 0);
		String unknown = event(RsaTestKeys.foreign("unknown"), Map.of());
		for (int i = 0; i <= SecurityEventReceiver.SIGNATURES_PER_SECOND; i++) {
			assertThat(send(unknown)).isEqualTo(503);
		}
		assertThat(send(event(KEY, Map.of()))).isEqualTo(202);
		String ofAnother = event(KEY, Map.of("aud", "agt_2"));
		for (int i = 0; i < SecurityEventReceiver.SIGNATURES_PER_SECOND; i++) {
			send(ofAnother);
		}
		assertThat(send(event(KEY, Map.of()))).isEqualTo(202);
	}

	@Test
	void whatANewKeyHasSignedIsToBeSentAgainUntilTheKeyIsKnown() {
		RSAKey fresh = RsaTestKeys.own("key-2");
		assertThat(send(event(KEY, Map.of()))).isEqualTo(202);
		for (String id : List.of("invented-1", "invented-2")) {
			assertThat(send(event(RsaTestKeys.foreign(id), Map.of()))).isEqualTo(503);
		}
		lumoAuth.stubFor(get(urlPathEqualTo("/t/acme/api/v1/jwks.json"))
			.willReturn(okJson(new JWKSet(fresh.toPublicJWK()).toString())));
		assertThat(send(event(fresh, Map.of()))).as("not refused for good").isEqualTo(503);
		assertThat(this.told).hasSize(1);
	}

	@Test
	void ofSeveralEventsTheOneThatIsKnownCounts() {
		this.revocations.take("ssf", "1", Duration.ofMinutes(6),
				Map.of("https://example.com/of-tomorrow", Set.of("a"), DISABLED, Set.of("b")));
		assertThat(this.told).containsExactly(new Revocation(Revocation.Effect.DISABLED, Set.of("b")));
		assertThat(this.outcomes).containsEntry("ignored", 1).containsEntry("applied", 1);
	}

	@Test
	void withoutKeysAnEventIsToBeSentAgain() {
		lumoAuth.stubFor(get(anyUrl()).willReturn(serverError()));
		assertThat(send(event(KEY, Map.of()))).isEqualTo(503);
		assertThat(this.told).isEmpty();
	}

	/**
	 * A server may send whom it doesn't know to a page where people sign in.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 302, 401, 403, 404 })
	void whoSignsIsReadElsewhereIfTheDocumentIsNotThere(int status) {
		lumoAuth.stubFor(get(urlPathEqualTo("/t/acme/api/v1/.well-known/ssf-configuration"))
			.willReturn(aResponse().withStatus(status).withHeader("Location", "/login")));
		lumoAuth.stubFor(get(urlPathEqualTo("/t/acme/api/v1/.well-known/oauth-authorization-server"))
			.willReturn(okJson("{\"issuer\":\"" + issuer() + "\",\"jwks_uri\":\"" + issuer() + "/jwks.json\"}")));
		assertThat(send(event(KEY, Map.of()))).isEqualTo(202);
	}

	@Test
	void whoSignsIsNotReadElsewhereWhileLumoAuthFails() {
		AtomicLong nanoTime = new AtomicLong();
		this.receiver = receiver(nanoTime::get);
		String other = "https://other.example";
		lumoAuth.stubFor(get(urlPathEqualTo("/t/acme/api/v1/.well-known/oauth-authorization-server"))
			.willReturn(okJson("{\"issuer\":\"" + other + "\",\"jwks_uri\":\"" + other + "/jwks.json\"}")));
		for (ResponseDefinitionBuilder failure : List.of(serviceUnavailable(), ok("<html>Hello</html>"))) {
			lumoAuth.stubFor(get(urlPathEqualTo("/t/acme/api/v1/.well-known/ssf-configuration")).willReturn(failure));
			assertThat(send(event(KEY, Map.of()))).as("to be sent again").isEqualTo(503);
			nanoTime.addAndGet(Duration.ofSeconds(10).toNanos());
		}
		stubMetadata();
		nanoTime.addAndGet(Duration.ofSeconds(10).toNanos());
		assertThat(send(event(KEY, Map.of()))).isEqualTo(202);
	}

	@ParameterizedTest
	@CsvSource({ "/other,/jwks.json", "'',/jwks2.json" })
	void whoSignsIsReadAgainWhenAnEventDoesNotFit(String issuerBefore, String keys) {
		AtomicLong nanoTime = new AtomicLong();
		this.receiver = receiver(nanoTime::get);
		stubMetadata(issuer() + issuerBefore, "/jwks.json");
		assertThat(send(event(KEY, Map.of("iss", issuer() + issuerBefore)))).isEqualTo(202);
		RSAKey fresh = RsaTestKeys.own("key-2");
		stubMetadata(issuer(), keys);
		lumoAuth.stubFor(get(urlPathEqualTo("/t/acme/api/v1" + keys))
			.willReturn(okJson(new JWKSet(List.of(KEY.toPublicJWK(), fresh.toPublicJWK())).toString())));
		nanoTime.addAndGet(Duration.ofMinutes(1).toNanos());
		assertThat(send(event(fresh, Map.of()))).as("to be sent again").isEqualTo(503);
		assertThat(send(event(fresh, Map.of()))).isEqualTo(202);
		for (int i = 0; i < 10; i++) {
			assertThat(send(event(KEY, Map.of("iss", "https://evil.example")))).isEqualTo(400);
		}
		lumoAuth.verify(2, getRequestedFor(urlPathEqualTo("/t/acme/api/v1/.well-known/ssf-configuration")));
	}

	@Test
	void namesNobodyWhereASubjectIsNotUnderstood() {
		Map<String, ?> opaque = Map.of("format", "opaque", "id", "agt_1");
		assertThat(SubjectNames.ofSecurityEvent(null, Map.of("subject", opaque))).containsExactly("agt_1");
		assertThat(SubjectNames.ofSecurityEvent(opaque, Map.of())).containsExactly("agt_1");
		assertThat(SubjectNames.ofSecurityEvent(opaque, Map.of("subject", Map.of("format", "did")))).isEmpty();
		assertThat(SubjectNames.ofSecurityEvent(opaque, Map.of("subject", "agt_2"))).isEmpty();
		assertThat(SubjectNames.ofSecurityEvent(null, "no object")).isEmpty();
		assertThat(SubjectNames.ofSecurityEvent(null,
				Map.of("subject", Map.of("format", "aliases", "identifiers", List.of(opaque, Map.of("format", "x"))))))
			.isEmpty();
		assertThat(SubjectNames.ofSecurityEvent(null,
				Map.of("subject", Map.of("format", "complex", "user", Map.of("format", "email", "email", "a@b")))))
			.containsExactly("a@b");
		assertThat(SubjectNames.ofWebhook("agent.disabled", Map.of("client_id", "agt_1", "user_id", 42, "x", "y")))
			.containsExactlyInAnyOrder("agt_1", "42");
		assertThat(SubjectNames.ofWebhook("agent.disabled", Map.of("client_id", "agt_1", "user_id", List.of())))
			.isEmpty();
		assertThat(SubjectNames.ofWebhook("agent.disabled", "agt_1")).isEmpty();
		assertThat(
				SubjectNames.ofWebhook("agent.disabled", Map.of("id", 7, "user_id", "admin", "email", "a@b.example")))
			.as("names of somebody, and of no agent")
			.isEmpty();
		assertThat(SubjectNames.ofWebhook("consent.revoked", Map.of("user_id", "u7"))).containsExactly("u7");
		assertThat(new Revocation(Revocation.Effect.TOKENS, Set.of("Anna@Example.com"))
			.concerns(Set.of("anna@example.com"))).isTrue();
	}

	@Test
	void aWebhookConcernsEveryoneIfItSaysMoreThanIsKnownAboutWhom() {
		Map<String, ?> user = Map.of("id", 456, "email", "anna@example.com");
		for (Map<String, ?> data : List.of(Map.of("user", user), Map.of("user_id", "admin", "user", user),
				Map.of("client_id", "agt_2", "agent", Map.of("client_id", "agt_1")),
				Map.of("user_id", "admin", "subject", Map.of("format", "opaque", "id", "anna")),
				Map.of("user_id", "admin", "users", List.of(user)),
				Map.of("user_id", "admin", "user_ids", List.of("anna")),
				Map.of("user_id", "admin", "roles", List.of(user)), Map.of("user_id", "admin", "actor", Map.of()),
				Map.of("scopes", List.of("read:documents")))) {
			assertThat(SubjectNames.ofWebhook("token.revoked", data)).as(data.toString()).isEmpty();
		}
		assertThat(SubjectNames.ofWebhook("token.revoked", Map.of("user_id", "anna", "scopes", List.of("a:b", "c:d"),
				"users", List.of(), "ip_address", "192.0.2.1")))
			.containsExactly("anna");
	}

	@Test
	void anAddressMayBeAnybodysWhoseTokenSaysNone() {
		Set<String> anna = TokenNames.of(new PlainJWT(new JWTClaimsSet.Builder().subject("anna").build()).serialize());
		Set<String> berta = TokenNames
			.of(new PlainJWT(new JWTClaimsSet.Builder().subject("berta").claim("email", "berta@example.com").build())
				.serialize());
		Revocation byAddress = new Revocation(Revocation.Effect.TOKENS, Set.of("anna@example.com"));
		assertThat(byAddress.concerns(anna)).isTrue();
		assertThat(byAddress.concerns(berta)).isFalse();
		assertThat(byAddress.concerns(Set.of("agt_1"))).as("an agent has none").isFalse();
		assertThat(new Revocation(Revocation.Effect.TOKENS, Set.of("u2", "berta@example.com")).concerns(anna))
			.isFalse();
	}

	@Test
	void whatTakesNothingAwayTakesNoRoom() {
		for (int i = 0; i < 2_000; i++) {
			assertThat(this.revocations
				.take("webhook", "id " + i, Duration.ofHours(1), Map.of("token.issued", Set.of("a")))
				.status()).isEqualTo(202);
		}
		assertThat(this.revocations.take("webhook", "new", Duration.ofHours(1), Map.of("agent.disabled", Set.of("a")))
			.status()).isEqualTo(202);
		assertThat(this.told).hasSize(1);
	}

	private static String issuer() {
		return lumoAuth.baseUrl() + "/t/acme/api/v1";
	}

	private int send(String event) {
		return this.receiver
			.receive((name) -> name.equals("Content-Type") ? List.of("application/secevent+jwt") : List.of(),
					event.getBytes(StandardCharsets.US_ASCII))
			.status();
	}

	private static String event(RSAKey key, Map<String, Object> changes) {
		JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().issuer(issuer())
			.audience("agt_1")
			.jwtID(UUID.randomUUID().toString())
			.claim("iat", NOW.getEpochSecond())
			.claim("events", Map.of(DISABLED, Map.of()));
		changes.forEach(claims::claim);
		try {
			SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID())
				.type(new JOSEObjectType("secevent+jwt"))
				.build(), claims.build());
			token.sign(new RSASSASigner(key));
			return token.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String webhook(String id, Instant time) {
		return "{\"id\":\"" + id + "\",\"type\":\"agent.disabled\",\"timestamp\":\"" + time + "\",\"data\":{}}";
	}

	private int webhook(String body, String secret) throws Exception {
		Mac mac = Mac.getInstance("HmacSHA256");
		mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		String signature = HexFormat.of().formatHex(mac.doFinal(bytes));
		return this.receiver.receive((name) -> name.equals("X-Lumo-Signature") ? List.of(signature) : List.of(), bytes)
			.status();
	}

}
