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

package dev.lumoauth.spring.event.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.lumoauth.spring.event.EventStreamRegistration;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenSubject;
import dev.lumoauth.spring.user.UserToken;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import static com.github.tomakehurst.wiremock.client.WireMock.noContent;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What an event of LumoAuth's does to an application that goes on working.
 */
class EventJourneyTests {

	private static final String READ = "read:documents";

	private static final String VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification";

	private static final String UPDATED = "https://schemas.openid.net/secevent/ssf/event-type/stream-updated";

	private static final String CHECK = SignedEvents.API + "/authz/check";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		context = run(Stream
			.concat(SignedEvents.properties(lumoAuth).stream(),
					Stream.of("lumoauth.agents.reporter.client-id=agt_2",
							"lumoauth.agents.reporter.client-secret=s2-of-agt",
							"lumoauth.events.ssf.endpoint-url=https://agent.example.com/lumoauth/events/ssf",
							"management.endpoints.web.exposure.include=lumoauth"))
			.map((property) -> "--" + property)
			.toArray(String[]::new));
	}

	private static ConfigurableApplicationContext run(String... arguments) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.run(Stream
				.concat(Stream.of(arguments), Stream.of("--server.port=0", "--server.address=127.0.0.1",
						"--spring.main.banner-mode=off", "--spring.ai.openai.api-key=unused"))
				.toArray(String[]::new));
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	@BeforeEach
	void prepare() {
		SignedEvents.stub(lumoAuth);
		context.getBean(AgentRuntimes.class).forget();
		answer(true);
		assertThat(mayRead()).isTrue();
		answer(false);
		assertThat(mayRead()).as("the allow counts for 30 s").isTrue();
	}

	@ParameterizedTest
	@CsvSource({ SignedEvents.CAPABILITIES, SignedEvents.SESSION, SignedEvents.DISABLED })
	void theNextCallAfterASecurityEventIsDenied(String type) {
		assertThat(send(SignedEvents.event(issuer(), type, "agt_1")).getStatusCode().value()).isEqualTo(202);
		assertThat(mayRead()).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "agent_agt_1", "agent:agt_1", "client_agt_1", "AGENT:agt_1", "agent:agt_1:task:task_7" })
	void anAgentIsMeantByEachSpellingOfItsId(String subject) {
		send(SignedEvents.event(issuer(), SignedEvents.CAPABILITIES, subject.replace("agt_1", "agt_2")));
		assertThat(mayRead()).as("about another agent").isTrue();
		send(SignedEvents.event(issuer(), SignedEvents.CAPABILITIES, subject));
		assertThat(mayRead()).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "agent.capabilities_changed,client_id", "role.unassigned,agent_id", "token.revoked,sub",
			"agent.disabled,subject" })
	void theNextCallAfterAWebhookIsDenied(String type, String field) {
		String body = SignedEvents.webhook(type, Map.of(field, "agt_1"));
		assertThat(webhook(body, "X-Lumo-Signature", SignedEvents.hmac(SignedEvents.SECRET, body))).isEqualTo(202);
		assertThat(mayRead()).isFalse();
	}

	@Test
	void everythingIsRefusedAfterTheAgentWasDisabledUntilLumoAuthAnswersAgain() {
		LumoAuthTokens tokens = context.getBean(LumoAuthTokens.class);
		String token = SignedEvents.API + "/oauth/token";
		lumoAuth.stubFor(post(urlPathEqualTo(CHECK)).willReturn(serverError()));
		lumoAuth.stubFor(post(urlPathEqualTo(token)).willReturn(serverError()));
		assertThat(mayRead()).as("remembered").isTrue();
		send(SignedEvents.event(issuer(), SignedEvents.DISABLED, "agt_1"));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(EventJourneyTests::mayRead);
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(tokens::agentToken);
		SignedEvents.stub(lumoAuth);
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(EventJourneyTests::mayRead);
		answer(true);
		assertThat(mayRead()).isTrue();
	}

	@Test
	void theActuatorShowsTheStreamThatWasCreatedVerifiedAndPaused() {
		String stream = SignedEvents.API + "/ssf/stream";
		String verify = SignedEvents.API + "/ssf/verify";
		lumoAuth.stubFor(post(urlPathEqualTo(stream)).willReturn(okJson("{\"stream_id\":\"str_1\"}").withStatus(201)));
		lumoAuth.stubFor(post(urlPathEqualTo(verify)).willReturn(noContent()));
		assertThat(stream()).contains("\"state\":\"none\"");
		context.getBean(EventStreamRegistration.class).register();
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.until(() -> lumoAuth.findAll(postRequestedFor(urlPathEqualTo(verify))).size() == 1);
		lumoAuth.verify(1, postRequestedFor(urlPathEqualTo(stream)));
		String body = String
			.valueOf(lumoAuth.findAll(postRequestedFor(urlPathEqualTo(verify))).get(0).getBodyAsString());
		verified("something else");
		assertThat(stream()).contains("\"state\":\"unverified\"");
		verified(body.replaceAll(".*\"state\"\\s*:\\s*\"([^\"]+)\".*", "$1"));
		assertThat(stream()).contains("\"state\":\"verified\"");
		updated("paused");
		assertThat(stream()).contains("\"state\":\"stopped\"", "paused or disabled");
		assertThat(mayRead()).as("remembered").isFalse();
		updated("enabled");
		assertThat(stream()).contains("\"state\":\"unverified\"");
	}

	private static void verified(String state) {
		send(SignedEvents.event(SignedEvents.KEY, issuer(), VERIFICATION, subject(),
				(claims) -> claims.claim("events", Map.of(VERIFICATION, Map.of("state", state)))));
	}

	private static void updated(String status) {
		send(SignedEvents.event(SignedEvents.KEY, issuer(), UPDATED, subject(),
				(claims) -> claims.claim("events", Map.of(UPDATED, Map.of("status", status)))));
	}

	private static String stream() {
		return String.valueOf(client().get().uri("/actuator/lumoauth").retrieve().body(String.class))
			.replaceAll(".*\"eventStream\":", "");
	}

	@Test
	void anEventAboutAnotherAgentForgetsNothing() {
		send(SignedEvents.event(issuer(), SignedEvents.DISABLED, "agt_2"));
		assertThat(mayRead()).isTrue();
	}

	@Test
	void anEventAboutNobodyIsAboutEveryone() {
		send(SignedEvents.event(SignedEvents.KEY, issuer(), SignedEvents.CAPABILITIES, Map.of("format", "of-tomorrow"),
				(claims) -> {
				}));
		assertThat(mayRead()).isFalse();
	}

	@Test
	void anEventAboutAUserForgetsTheTokensForThatUserOnly() {
		UserToken anna = user("anna");
		UserToken berta = user("berta");
		exchange(anna);
		exchange(berta);
		lumoAuth.resetRequests();
		send(SignedEvents.event(SignedEvents.KEY, issuer(), SignedEvents.SESSION,
				Map.of("format", "iss_sub", "iss", issuer(), "sub", "anna"), (claims) -> {
				}));
		assertThat(mayRead()).isTrue();
		exchange(berta);
		lumoAuth.verify(0, postRequestedFor(urlPathEqualTo(SignedEvents.API + "/oauth/token")));
		exchange(anna);
		lumoAuth.verify(1, postRequestedFor(urlPathEqualTo(SignedEvents.API + "/oauth/token")));
	}

	@Test
	void aRepeatedEventIsTakenOnce() {
		String event = SignedEvents.event(issuer(), SignedEvents.CAPABILITIES, "agt_1");
		send(event);
		answer(true);
		assertThat(mayRead()).isTrue();
		answer(false);
		assertThat(send(event).getStatusCode().value()).isEqualTo(202);
		assertThat(mayRead()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "iss,https://evil.example,invalid_issuer", "aud,agt_9,invalid_audience", "iat,1,invalid_request",
			"iat,9999999999,invalid_request", "jti,,invalid_request", "events,,invalid_request",
			"exp,1,invalid_request" })
	void refusesWhatIsNotForUsOrNotCurrent(String claim, String value, String error) {
		Object changed = (value != null && value.matches("\\d+")) ? (Object) Long.valueOf(value) : value;
		refuses(SignedEvents.event(SignedEvents.KEY, issuer(), SignedEvents.DISABLED, subject(),
				(claims) -> change(claims, claim, changed)), error);
	}

	@Test
	void refusesWhatLumoAuthHasNotSigned() {
		refuses(SignedEvents.event(SignedEvents.FOREIGN, issuer(), SignedEvents.DISABLED, subject(), (claims) -> {
		}), "invalid_key");
		String event = SignedEvents.event(issuer(), SignedEvents.DISABLED, "agt_1");
		refuses(event.substring(0, event.lastIndexOf('.') + 1) + "AAAA", "invalid_key");
	}

	@Test
	void refusesAnotherKindOfToken() {
		refuses(SignedEvents.ownToken("agt_1"), "invalid_request");
		refuses("{}", "invalid_request");
		refuses("", "invalid_request");
	}

	@Test
	void refusesASenderWithoutTheStreamsToken() {
		String event = SignedEvents.event(issuer(), SignedEvents.DISABLED, "agt_1");
		for (String authorization : new String[] { "Bearer another", "token-of-the-stream", "Bearer ", "" }) {
			assertThat(body(send(event, "application/secevent+jwt", authorization))).contains("authentication_failed");
		}
		assertThat(mayRead()).isTrue();
	}

	@Test
	void refusesAnotherContentType() {
		String event = SignedEvents.event(issuer(), SignedEvents.DISABLED, "agt_1");
		assertThat(body(send(event, "application/jwt", "Bearer token-of-the-stream"))).contains("invalid_request");
		assertThat(mayRead()).isTrue();
	}

	@Test
	void refusesWhatIsTooLong() {
		assertThat(send("x".repeat(65 * 1024)).getStatusCode().value()).isEqualTo(413);
		String body = SignedEvents.webhook("agent.disabled", Map.of("padding", "x".repeat(65 * 1024)));
		assertThat(webhook(body, "X-Lumo-Signature", SignedEvents.hmac(SignedEvents.SECRET, body))).isEqualTo(413);
		assertThat(mayRead()).isTrue();
	}

	@Test
	void takesEachSecretAndBothSpellingsOfAWebhooksSignature() {
		for (String secret : new String[] { SignedEvents.SECRET, "the-secret-before-that" }) {
			String body = SignedEvents.webhook("token.issued", Map.of());
			assertThat(webhook(body, "X-LumoAuth-Signature", "sha256=" + SignedEvents.hmac(secret, body)))
				.isEqualTo(202);
		}
		assertThat(mayRead()).isTrue();
	}

	@Test
	void refusesAWebhookThatIsNotSigned() {
		String body = SignedEvents.webhook("agent.disabled", Map.of());
		String right = SignedEvents.hmac(SignedEvents.SECRET, body);
		assertThat(webhook(body, "X-Lumo-Signature", SignedEvents.hmac("another-secret-16", body))).isEqualTo(400);
		assertThat(webhook(body, "X-Other", right)).isEqualTo(400);
		assertThat(webhook(body + " ", "X-Lumo-Signature", right)).isEqualTo(400);
		assertThat(webhook(body, "X-Lumo-Signature", "")).isEqualTo(400);
		ResponseEntity<String> disagreeing = client().post()
			.uri("/lumoauth/events/webhook")
			.header("X-Lumo-Signature", right)
			.header("X-LumoAuth-Signature", "sha256=" + SignedEvents.hmac("another-secret-16", body))
			.body(body)
			.exchange((request, response) -> ResponseEntity.status(response.getStatusCode())
				.body(new String(response.getBody().readAllBytes())));
		assertThat(body(disagreeing)).contains("authentication_failed");
		assertThat(mayRead()).isTrue();
	}

	@Test
	void countsWhatComes() {
		send(SignedEvents.event(issuer(), SignedEvents.CAPABILITIES, "agt_1"));
		send(SignedEvents.event(issuer(), "https://example.com/of-tomorrow", "agt_1"));
		MeterRegistry meters = context.getBean(MeterRegistry.class);
		assertThat(meters.get("lumoauth.events").tags("type", "token-claims-change", "outcome", "applied").counter())
			.satisfies((counter) -> assertThat(counter.count()).isPositive());
		assertThat(meters.get("lumoauth.events").tags("type", "other", "outcome", "ignored").counter().count())
			.isPositive();
	}

	@Test
	void withoutThePropertiesThereIsNoEndpoint() {
		try (ConfigurableApplicationContext off = run("--lumoauth.url=" + lumoAuth.baseUrl(), "--lumoauth.tenant=acme",
				"--lumoauth.client-id=agt_1", "--lumoauth.client-secret=pa55word-of-the-agent")) {
			assertThat(off.getBeansOfType(EventEndpoints.class)).isEmpty();
			int port = ((ServletWebServerApplicationContext) off).getWebServer().getPort();
			assertThat(RestClient.create("http://127.0.0.1:" + port)
				.post()
				.uri("/lumoauth/events/ssf")
				.<Integer>exchange((request, response) -> response.getStatusCode().value())).isEqualTo(404);
		}
	}

	private static void change(JWTClaimsSet.Builder claims, String claim, Object value) {
		if (claim.equals("events")) {
			claims.claim("events", Map.of());
		}
		else {
			claims.claim(claim, value);
		}
	}

	private static void refuses(String event, String error) {
		ResponseEntity<String> answer = send(event);
		assertThat(answer.getStatusCode().value()).isEqualTo(400);
		assertThat(body(answer)).contains("\"err\":\"" + error + "\"").doesNotContain("agt_1", issuer());
		assertThat(mayRead()).as("nothing is forgotten").isTrue();
	}

	private static Map<String, ?> subject() {
		return Map.of("format", "opaque", "id", "agt_1");
	}

	private static String issuer() {
		return SignedEvents.issuer(lumoAuth);
	}

	private static void answer(boolean allowed) {
		lumoAuth.stubFor(post(urlPathEqualTo(CHECK)).willReturn(okJson("{\"allowed\":" + allowed + "}")));
	}

	private static boolean mayRead() {
		return context.getBean(LumoAuthAgent.class).hasCapability(READ);
	}

	private static UserToken user(String name) {
		return UserToken
			.of(SignedEvents.sign(SignedEvents.KEY, "at+jwt", new JWTClaimsSet.Builder().subject(name).build()));
	}

	private static void exchange(UserToken user) {
		assertThat(context.getBean(LumoAuthTokens.class).exchange("urn:server", TokenSubject.of(user))).isNotNull();
	}

	private static RestClient client() {
		return RestClient
			.create("http://127.0.0.1:" + ((ServletWebServerApplicationContext) context).getWebServer().getPort());
	}

	private static ResponseEntity<String> send(String event) {
		return send(event, "application/secevent+jwt", "Bearer token-of-the-stream");
	}

	private static ResponseEntity<String> send(String event, String contentType, String authorization) {
		return client().post()
			.uri("/lumoauth/events/ssf")
			.header("Content-Type", contentType)
			.header("Authorization", authorization)
			.body(event.getBytes())
			.exchange((request, response) -> ResponseEntity.status(response.getStatusCode())
				.body(new String(response.getBody().readAllBytes())));
	}

	private static String body(ResponseEntity<String> answer) {
		assertThat(answer.getStatusCode().value()).isEqualTo(400);
		assertThat(answer.getBody()).isNotNull();
		return answer.getBody();
	}

	private static int webhook(String body, String header, String signature) {
		return client().post()
			.uri("/lumoauth/events/webhook")
			.header("Content-Type", "application/json")
			.header(header, signature)
			.body(body.getBytes())
			.exchange((request, response) -> response.getStatusCode().value());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
