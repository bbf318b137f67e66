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

package dev.lumoauth.devserver.event;

import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.Receiver;
import dev.lumoauth.devserver.Receiver.Received;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

class StreamTests extends ServerTests {

	private static final String CAEP = "https://schemas.openid.net/secevent/caep/event-type/";

	private static final String CHANGING = "/dev/tenants/acme-corp/agents/agt_changing";

	private Receiver receiver;

	@BeforeEach
	void receive() throws IOException {
		this.receiver = new Receiver();
	}

	@AfterEach
	void close() {
		this.client.send("DELETE", "/dev/faults/events", null);
		for (String tenant : List.of("acme-corp", "globex")) {
			for (Object stream : (List<?>) this.client.get("/dev/tenants/" + tenant + "/streams").get("streams")) {
				this.client.send("DELETE", "/dev/tenants/" + tenant + "/streams/" + ((Map<?, ?>) stream).get("id"),
						null);
			}
		}
		this.client.send("POST", CHANGING + "/enable", null);
		this.client.send("DELETE", CHANGING + "/capabilities/read:documents", null);
		this.receiver.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void saysWhereStreamsAreMade(String base) {
		Map<String, Object> configuration = this.client.get(base + "/.well-known/ssf-configuration").json();
		String issuer = this.client.url() + base;
		assertThat(configuration).containsEntry("issuer", issuer)
			.containsEntry("spec_version", "1_0")
			.containsEntry("jwks_uri", issuer + "/.well-known/jwks.json")
			.containsEntry("configuration_endpoint", issuer + "/ssf/stream")
			.containsEntry("verification_endpoint", issuer + "/ssf/verify")
			.containsEntry("delivery_methods_supported", List.of("urn:ietf:rfc:8935"));
		assertThat((List<?>) configuration.get("events_supported")).asString()
			.contains(CAEP + "session-revoked", "risc/event-type/account-disabled")
			.doesNotContain("weather");
	}

	@Test
	void tellsItsReceiverThatItIsPausedAndThenSendsNothingElse() throws Exception {
		String[] agent = Client.bearer(changing().accessToken());
		String id = String.valueOf(create(ACME, "", agent).get("stream_id"));
		String status = "/dev/tenants/acme-corp/streams/" + id + "/status";
		assertThat(this.client.json("PUT", status, "{\"status\":\"paused\"}").status()).isEqualTo(200);
		assertThat(verify(ACME, this.receiver.next()).getJSONObjectClaim("events"))
			.isEqualTo(Map.of(Events.STREAM_UPDATED, Map.of("status", "paused")));
		assertThat(this.client.get(ACME + "/ssf/stream?stream_id=" + id, agent).get("status")).isEqualTo("paused");
		this.client.send("PUT", CHANGING + "/capabilities/read:documents", null);
		this.client.json("PUT", status, "{\"status\":\"enabled\"}");
		assertThat(verify(ACME, this.receiver.next()).getJSONObjectClaim("events"))
			.isEqualTo(Map.of(Events.STREAM_UPDATED, Map.of("status", "enabled")));
		this.client.send("DELETE", CHANGING + "/capabilities/read:documents", null);
		assertThat(verify(ACME, this.receiver.next()).getJSONObjectClaim("events"))
			.containsKey(CAEP + "token-claims-change");
		assertThat(this.client.json("PUT", status, "{\"status\":\"asleep\"}").status()).isEqualTo(400);
	}

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void isMadeReadVerifiedAndDeletedByItsAgent(String base) throws Exception {
		String[] agent = Client.bearer(changing().accessToken());
		Answer made = create(base, "", agent);
		assertThat(made.status()).isEqualTo(201);
		assertThat(made.body()).doesNotContain("push-token");
		assertThat(made.json()).containsEntry("aud", "agt_changing").containsEntry("status", "enabled");
		String query = base + "/ssf/stream?stream_id=" + made.get("stream_id");
		assertThat(this.client.get(query, agent).json()).isEqualTo(made.json());
		assertThat(this.client
			.json("POST", base + "/ssf/verify",
					"{\"stream_id\":\"%s\",\"state\":\"s1\"}".formatted(made.get("stream_id")), agent)
			.status()).isEqualTo(204);
		Received event = this.receiver.next();
		assertThat(event.header("Authorization")).isEqualTo("Bearer push-token");
		assertThat(event.header("Content-Type")).isEqualTo("application/secevent+jwt");
		JWTClaimsSet claims = verify(base, event);
		assertThat(claims.getIssuer()).isEqualTo(this.client.url() + base);
		assertThat(claims.getAudience()).containsExactly("agt_changing");
		assertThat(claims.getJSONObjectClaim("events")).isEqualTo(Map.of(Events.VERIFICATION, Map.of("state", "s1")));
		assertThat(this.client.send("DELETE", query, null, agent).status()).isEqualTo(204);
		assertThat(this.client.get(query, agent).status()).isEqualTo(404);
	}

	@Test
	void belongsToWhoMadeItAndToTheTenantsAdministrator() {
		Object id = create(ACME, "", Client.bearer(changing().accessToken())).get("stream_id");
		String query = ACME + "/ssf/stream?stream_id=" + id;
		assertThat(this.client.get(query, Client.bearer(analyst().accessToken())).status()).isEqualTo(404);
		assertThat(this.client.get(query, "X-API-Key", "lmk_acme").status()).isEqualTo(200);
		assertThat(this.client.get(query, "Authorization", "ApiKey lmk_acme").status()).isEqualTo(200);
		assertThat(this.client.get(query, "X-API-Key", "lmk_other").status()).isEqualTo(401);
		assertThat(this.client.get(query.replace("acme-corp", "globex"), "X-API-Key", "lmk_acme").status())
			.isEqualTo(401);
		assertThat(this.client.get(query, "X-API-Key", "lmk_acme", "Authorization", "Bearer x").status())
			.isEqualTo(400);
		assertThat(this.client.get(query, Client.bearer(alice())).status()).isEqualTo(401);
		assertThat(this.client.get(query).status()).isEqualTo(401);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{}
			{"delivery":{"method":"urn:ietf:rfc:8936","endpoint_url":"http://127.0.0.1:1/"}}
			{"delivery":{"method":"urn:ietf:rfc:8935"}}
			{"delivery":{"method":"urn:ietf:rfc:8935","endpoint_url":"https://example.com/"}}
			{"delivery":{"method":"urn:ietf:rfc:8935","endpoint_url":"http://127.0.0.1:1/"},"audience":[]}
			{"delivery":{"method":"urn:ietf:rfc:8935","endpoint_url":"http://127.0.0.1:1/"},"events_requested":["x"]}
			{"delivery":{"method":"urn:ietf:rfc:8935","endpoint_url":"http://127.0.0.1:1/","authorization_token":"a b"}}
			""")
	void refusesAStreamThatCannotBe(String body) {
		Answer answer = this.client.json("POST", ACME + "/ssf/stream", body, "X-API-Key", "lmk_acme");
		assertThat(answer.status()).isEqualTo(400);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					PUT    | /agents/agt_changing/capabilities/read:documents | caep/event-type/token-claims-change | agt_changing
					DELETE | /agents/agt_changing/capabilities/read:documents | caep/event-type/token-claims-change | agt_changing
					DELETE | /agents/agt_changing/tokens                      | caep/event-type/session-revoked     | agt_changing
					PUT    | /agents/agt_changing/secret                      | caep/event-type/credential-change   | agt_changing
					POST   | /agents/agt_changing/disable                     | risc/event-type/account-disabled    | agt_changing
					POST   | /agents/agt_changing/enable                      | risc/event-type/account-enabled     | agt_changing
					DELETE | /users/alice/sessions                            | caep/event-type/session-revoked     | 6f0d2f1e-alice
					DELETE | /users/alice/tokens                              | caep/event-type/session-revoked     | 6f0d2f1e-alice
					DELETE | /users/alice/consents/agt_changing               | caep/event-type/session-revoked     | 6f0d2f1e-alice
					DELETE | /users/alice/scopes/nothing                      | caep/event-type/token-claims-change | 6f0d2f1e-alice
					""")
	void saysWhatWasTakenAway(String method, String path, String type, String subject) throws Exception {
		create(ACME_ORG, "", Client.bearer(changing().accessToken()));
		String body = path.endsWith("/secret") ? "{\"client_secret\":\"changing-secret\"}" : "";
		assertThat(this.client.json(method, "/dev/tenants/acme-corp" + path, body).status()).isEqualTo(200);
		JWTClaimsSet claims = verify(ACME_ORG, this.receiver.next());
		Map<?, ?> event = (Map<?, ?>) claims.getJSONObjectClaim("events")
			.get("https://schemas.openid.net/secevent/" + type);
		assertThat(event.get("subject"))
			.isEqualTo(Map.of("format", "iss_sub", "iss", this.client.url() + ACME_ORG, "sub", subject));
		assertThat(claims.getClaim("sub_id")).isEqualTo(event.get("subject"));
		assertThat(claims.getIssueTime().toInstant().getEpochSecond()).isEqualTo(this.clock.instant().getEpochSecond());
		assertThat(claims.getJWTID()).isNotEmpty();
	}

	@Test
	void aDisabledAgentGetsNothingMore() {
		String token = changing().accessToken();
		this.client.send("POST", CHANGING + "/disable", null);
		assertThat(this.client.get(CHANGING).get("status")).isEqualTo("disabled");
		assertThat(changing().status()).isEqualTo(401);
		assertThat(this.client.get(ACME + "/agents/me", Client.bearer(token)).status()).isEqualTo(401);
		this.client.send("POST", CHANGING + "/enable", null);
		assertThat(changing().status()).isEqualTo(200);
		assertThat(this.client.get(ACME + "/agents/me", Client.bearer(token)).status()).isEqualTo(401);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			iss_sub | {"agent":"agt_changing"}                  | {format=iss_sub, iss=ISSUER, sub=agt_changing}
			opaque  | {"agent":"agt_changing","format":"opaque"} | {format=opaque, id=agt_changing}
			email   | {"user":"alice","format":"email"}         | {format=email, email=alice@example.com}
			nobody  | {}                                        | {format=tenant, iss=ISSUER}
			""")
	void namesASubjectInEveryWay(String name, String body, String subject) throws Exception {
		create(ACME, "", "X-API-Key", "lmk_acme");
		assertThat(this.client.json("POST", "/dev/tenants/acme-corp/events/credentials-compromised", body).status())
			.isEqualTo(200);
		assertThat(sorted(verify(ACME, this.receiver.next()).getJSONObjectClaim("sub_id")))
			.isEqualTo(sorted(subject.replace("ISSUER", this.client.url() + ACME)));
	}

	@Test
	void hasOnlyWhatWasAskedForAndOnlyOfItsTenant() throws Exception {
		create(ACME, ",\"events_requested\":[\"%s\",\"x\"]".formatted(CAEP + "session-revoked"), "X-API-Key",
				"lmk_acme");
		this.client.json("POST", "/dev/tenants/acme-corp/events/disabled", "{}");
		this.client.json("POST", "/dev/tenants/globex/events/session-revoked", "{}");
		this.client.json("POST", "/dev/tenants/acme-corp/events/session-revoked", "{}");
		assertThat(verify(ACME, this.receiver.next()).getJSONObjectClaim("events"))
			.containsKey(CAEP + "session-revoked");
		assertThat(this.receiver.isEmpty()).isTrue();
	}

	@Test
	void isTakenOverByTheNextOneAtTheSameAddress() {
		Object first = create(ACME, "", "X-API-Key", "lmk_acme").get("stream_id");
		Object second = create(ACME, "", "X-API-Key", "lmk_acme").get("stream_id");
		assertThat(this.client.get("/dev/tenants/acme-corp/streams").body()).contains(second.toString())
			.doesNotContain(first.toString(), "push-token");
	}

	@Test
	void triesAgainWhatWasNotTakenAndNotWhatWasRefused() {
		create(ACME, "", "X-API-Key", "lmk_acme");
		this.receiver.answer(503);
		send("unknown");
		Stream.of(1, 2).forEach((attempt) -> this.receiver.next());
		this.receiver.answer(400);
		send("unknown");
		this.receiver.next();
		send("unknown");
		this.receiver.next();
		assertThat(this.receiver.isEmpty()).isTrue();
		Map<?, ?> refused = (Map<?, ?>) ((List<?>) this.client.get("/dev/deliveries").get("deliveries")).stream()
			.filter((delivery) -> Integer.valueOf(400).equals(((Map<?, ?>) delivery).get("status")))
			.findFirst()
			.orElseThrow();
		assertThat(refused.get("outcome")).isEqualTo("refused invalid_key no");
		assertThat(refused.get("attempt")).isEqualTo(1);
	}

	@ParameterizedTest
	@CsvSource({ "wrong-key,key", "wrong-audience,audience", "wrong-issuer,issuer", "old,age", "repeat,nothing",
			"delay,nothing" })
	void isWrongInOneWay(String fault, String wrong) throws Exception {
		create(ACME, "", "X-API-Key", "lmk_acme");
		assertThat(this.client.json("PUT", "/dev/faults/events/" + fault, "{\"delay_ms\":50}").json())
			.isEqualTo(Map.of("event_fault", fault));
		send("session-revoked");
		List<Received> events = this.receiver.next(fault.equals("repeat") ? 3 : 1);
		assertThat(events.stream().map(Received::body).distinct()).hasSize(1);
		SignedJWT event = SignedJWT.parse(events.get(0).body());
		JWTClaimsSet claims = event.getJWTClaimsSet();
		assertThat(isSigned(ACME, event)).isEqualTo(!wrong.equals("key"));
		assertThat(claims.getAudience().equals(List.of("acme-corp"))).isEqualTo(!wrong.equals("audience"));
		assertThat(claims.getIssuer().equals(this.client.url() + ACME)).isEqualTo(!wrong.equals("issuer"));
		assertThat(claims.getIssueTime().toInstant().isAfter(this.clock.instant().minus(Duration.ofMinutes(1))))
			.isEqualTo(!wrong.equals("age"));
	}

	@Test
	void isLostOrInAnotherOrder() {
		create(ACME, "", "X-API-Key", "lmk_acme");
		this.client.json("PUT", "/dev/faults/events/lose", "");
		send("disabled");
		this.client.json("PUT", "/dev/faults/events/reorder", "");
		send("deleted");
		send("enabled");
		assertThat(this.receiver.next(2)).extracting((event) -> events(event))
			.satisfiesExactly((first) -> assertThat(first).contains("account-enabled"),
					(second) -> assertThat(second).contains("account-purged"));
		send("deleted");
		assertThat(events(this.receiver.next())).contains("account-purged");
		assertThat(this.client.get("/dev/deliveries").body()).contains("\"outcome\":\"lost\"");
		assertThat(this.client.json("PUT", "/dev/faults/events/broken", "").status()).isEqualTo(404);
	}

	private void send(String event) {
		assertThat(this.client.json("POST", "/dev/tenants/acme-corp/events/" + event, "{}").status()).isEqualTo(200);
	}

	private Answer create(String base, String more, String... headers) {
		return this.client.json("POST", base + "/ssf/stream", """
				{"delivery":{"method":"urn:ietf:rfc:8935","endpoint_url":"%s","authorization_token":"push-token"}%s}
				""".formatted(this.receiver.url(), more), headers);
	}

	private static String events(Received event) {
		try {
			return SignedJWT.parse(event.body()).getJWTClaimsSet().getJSONObjectClaim("events").toString();
		}
		catch (ParseException ex) {
			throw new AssertionError(ex);
		}
	}

	private JWTClaimsSet verify(String base, Received event) throws Exception {
		SignedJWT token = SignedJWT.parse(event.body());
		assertThat(token.getHeader().getType().getType()).isEqualTo("secevent+jwt");
		assertThat(isSigned(base, token)).isTrue();
		return token.getJWTClaimsSet();
	}

	private boolean isSigned(String base, SignedJWT token) throws JOSEException, ParseException {
		JWKSet keys = JWKSet.parse(this.client.get(base + "/.well-known/jwks.json").body());
		return token.verify(new RSASSAVerifier(keys.getKeyByKeyId(token.getHeader().getKeyID()).toRSAKey()));
	}

	private static String sorted(Object map) {
		return Stream.of(map.toString().replaceAll("[{}]", "").split(", ")).sorted().toList().toString();
	}

}
