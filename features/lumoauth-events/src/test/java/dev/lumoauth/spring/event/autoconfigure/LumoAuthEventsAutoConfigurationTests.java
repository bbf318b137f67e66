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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.concurrent.BackgroundWork;
import dev.lumoauth.spring.event.EventStreamRegistration;
import dev.lumoauth.spring.event.EventStreams;
import dev.lumoauth.spring.event.Revocations;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.Revocation.Effect;
import dev.lumoauth.spring.revocation.RevocationListener;
import dev.lumoauth.spring.token.LumoAuthTokens;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.deleteRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.noContent;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link LumoAuthEventsAutoConfiguration}.
 */
class LumoAuthEventsAutoConfigurationTests {

	private static final String STREAM = SignedEvents.API + "/ssf/stream";

	private static final String VERIFY = SignedEvents.API + "/ssf/verify";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthEventsAutoConfiguration.class));

	private ApplicationContextRunner configured() {
		return this.runner.withPropertyValues("lumoauth.tenant=acme", "lumoauth.client-id=agt_1",
				"lumoauth.client-secret=pa55word-of-the-agent");
	}

	@Test
	void isOffByDefault() {
		configured().run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(Revocations.class)
			.doesNotHaveBean(EventEndpoints.class));
	}

	@ParameterizedTest
	@CsvSource({ "true", "TRUE", "on", "yes", "1" })
	void isOnInEachWayToWriteTrue(String yes) {
		configured()
			.withPropertyValues("lumoauth.events.webhook.enabled=" + yes,
					"lumoauth.events.webhook.secrets=a-secret-of-the-webhook")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(EventEndpoints.class));
	}

	@Test
	void whatIsNeitherTrueNorFalseIsRefused() {
		configured().withPropertyValues("lumoauth.events.webhook.enabled=ture")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("ture"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"ssf.enabled=true,ssf.path=events|lumoauth.events.ssf.path is not an absolute path",
			"ssf.enabled=true,ssf.path=/a/**|lumoauth.events.ssf.path is not an absolute path",
			"ssf.enabled=true,ssf.path=/a/../b|lumoauth.events.ssf.path is not an absolute path",
			"ssf.enabled=true,ssf.authorization-token=${EVENTS_TOKEN}|lumoauth.events.ssf.authorization-token is the placeholder '${EVENTS_TOKEN}'",
			"webhook.enabled=true,webhook.secrets=${WEBHOOK_SECRET}|lumoauth.events.webhook.secrets[0] is the placeholder '${WEBHOOK_SECRET}'",
			"ssf.enabled=true,ssf.authorization-token=short|lumoauth.events.ssf.authorization-token is shorter",
			"ssf.register=true|lumoauth.events.ssf.register is true, but security events are not accepted",
			"ssf.enabled=true,ssf.register=true|lumoauth.events.ssf.endpoint-url is not set",
			"ssf.enabled=true,ssf.register=true|lumoauth.events.ssf.authorization-token is not set",
			"ssf.enabled=true,ssf.register=true,ssf.endpoint-url=http://example.com/x|lumoauth.events.ssf.endpoint-url is not an https address",
			"webhook.enabled=true|lumoauth.events.webhook.secrets is empty",
			"webhook.enabled=true,webhook.secrets=short|lumoauth.events.webhook.secrets[0] is shorter",
			"webhook.enabled=true,webhook.secrets=a-secret-of-the-webhook,webhook.path=x|lumoauth.events.webhook.path is not an absolute path",
			"webhook.enabled=true,webhook.secrets=a-secret-of-the-webhook,ssf.enabled=true,ssf.path=/x,webhook.path=/x|are the same" })
	void saysAtStartWhatIsWrong(String properties, String problem) {
		configured()
			.withPropertyValues(Arrays.stream(properties.split(","))
				.map((property) -> "lumoauth.events." + property)
				.toArray(String[]::new))
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining(problem));
	}

	@Test
	void anMcpServerThatIsNoAgentTakesSecurityEvents() {
		SignedEvents.stub(lumoAuth);
		List<Revocation> revoked = new CopyOnWriteArrayList<>();
		this.runner
			.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.tenant=acme",
					"test.accepts-identities=true", "lumoauth.events.ssf.enabled=true")
			.withBean(RevocationListener.class, () -> revoked::add)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("lumoauth.events.ssf.audience is not set"));
		this.runner
			.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.tenant=acme",
					"test.accepts-identities=true", "lumoauth.events.ssf.enabled=true",
					"lumoauth.events.ssf.audience=agt_1", "lumoauth.events.ssf.endpoint-url=https://mcp.example.com/x")
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("a file with a line end",
						Map.of("lumoauth.events.ssf.authorization-token", "pa55word-of-the-stream\n"))))
			.withBean(RevocationListener.class, () -> revoked::add)
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(LumoAuthClient.class);
				Map<String, List<String>> headers = Map.of("Content-Type", List.of("application/secevent+jwt"),
						"Authorization", List.of("Bearer pa55word-of-the-stream"));
				String event = SignedEvents.event(SignedEvents.issuer(lumoAuth), SignedEvents.SESSION, "client_agt_7");
				List<Integer> replies = new ArrayList<>();
				context.getBean(EventEndpoints.class)
					.receivers()
					.forEach((path, receiver) -> replies.add(
							receiver
								.receive((name) -> headers.getOrDefault(name, List.of()),
										event.getBytes(StandardCharsets.UTF_8))
								.status()));
				assertThat(replies).containsExactly(202);
				assertThat(revoked).containsExactly(new Revocation(Effect.TOKENS, Set.of("client_agt_7", "agt_7")));
			});
	}

	@Test
	void agentsWithANameNeedAnAudience() {
		ApplicationContextRunner named = this.runner.withPropertyValues("lumoauth.tenant=acme",
				"lumoauth.agents.a.client-id=agt_1", "lumoauth.agents.a.client-secret=pa55word-of-the-agent",
				"lumoauth.events.ssf.enabled=true");
		named.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.hasMessageContaining("lumoauth.events.ssf.audience is not set"));
		named.withPropertyValues("lumoauth.events.ssf.audience=us")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void takesEventsInAReactiveApplication() {
		SignedEvents.stub(lumoAuth);
		lumoAuth
			.stubFor(post(urlPathEqualTo(SignedEvents.API + "/authz/check")).willReturn(okJson("{\"allowed\":true}")));
		new ReactiveWebApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthEventsAutoConfiguration.class))
			.withPropertyValues(SignedEvents.properties(lumoAuth).toArray(String[]::new))
			.run((context) -> {
				@SuppressWarnings("unchecked")
				RouterFunction<ServerResponse> routes = context.getBean(RouterFunction.class);
				WebTestClient client = WebTestClient.bindToRouterFunction(routes).build();
				LumoAuthAgent agent = context.getBean(LumoAuthAgent.class);
				assertThat(agent.hasCapability("a:b")).isTrue();
				lumoAuth.stubFor(post(urlPathEqualTo(SignedEvents.API + "/authz/check"))
					.willReturn(okJson("{\"allowed\":false}")));
				String issuer = SignedEvents.issuer(lumoAuth);
				client.post()
					.uri("/lumoauth/events/ssf")
					.contentType(MediaType.valueOf("application/secevent+jwt"))
					.header("Authorization", "Bearer token-of-the-stream")
					.bodyValue(SignedEvents.event(issuer + "x", SignedEvents.DISABLED, "agt_1"))
					.exchange()
					.expectStatus()
					.isBadRequest()
					.expectBody()
					.jsonPath("$.err")
					.isEqualTo("invalid_issuer");
				String large = "x".repeat(70_000);
				client.post().uri("/lumoauth/events/ssf").bodyValue(large).exchange().expectStatus().isEqualTo(413);
				client.post().uri("/lumoauth/events/webhook").exchange().expectStatus().isBadRequest();
				client.get().uri("/lumoauth/events/ssf").exchange().expectStatus().isNotFound();
				assertThat(agent.hasCapability("a:b")).isTrue();
				client.post()
					.uri("/lumoauth/events/ssf")
					.contentType(MediaType.valueOf("application/secevent+jwt"))
					.header("Authorization", "Bearer token-of-the-stream")
					.bodyValue(SignedEvents.event(issuer, SignedEvents.DISABLED, "agt_1"))
					.exchange()
					.expectStatus()
					.isAccepted()
					.expectBody()
					.isEmpty();
				assertThat(agent.hasCapability("a:b")).isFalse();
				String body = SignedEvents.webhook("token.revoked", Map.of("client_id", "agt_1"));
				client.post()
					.uri("/lumoauth/events/webhook")
					.header("X-LumoAuth-Signature", "sha256=" + SignedEvents.hmac(SignedEvents.SECRET, body))
					.bodyValue(body)
					.exchange()
					.expectStatus()
					.isAccepted();
			});
	}

	@Test
	void createsTheStreamWhenTheApplicationIsReadyAndDeletesItInTheEnd() {
		SignedEvents.stub(lumoAuth);
		lumoAuth.stubFor(post(urlPathEqualTo(STREAM))
			.willReturn(okJson("{\"stream_id\":\"str_1\",\"status\":\"enabled\"}").withStatus(201)));
		lumoAuth.stubFor(post(urlPathEqualTo(VERIFY)).willReturn(noContent()));
		lumoAuth.stubFor(delete(urlPathEqualTo(STREAM)).willReturn(noContent()));
		configured().withBean(Missed.class)
			.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.events.ssf.enabled=true",
					"lumoauth.events.ssf.register=true",
					"lumoauth.events.ssf.endpoint-url=https://agent.example.com/lumoauth/events/ssf",
					"lumoauth.events.ssf.authorization-token=token-of-the-stream")
			.run((context) -> {
				EventStreamRegistration stream = context.getBean(EventStreamRegistration.class);
				assertThat(stream.snapshot().state()).isEqualTo(EventStreamRegistration.State.NONE);
				context.publishEvent(new ApplicationReadyEvent(mock(SpringApplication.class), new String[0],
						context.getSourceApplicationContext(), Duration.ZERO));
				awaitVerifyRequests(1);
				lumoAuth.verify(1,
						postRequestedFor(urlPathEqualTo(STREAM))
							.withRequestBody(matchingJsonPath("$.audience", equalTo("agt_1")))
							.withRequestBody(
									matchingJsonPath("$.delivery.authorization_token", equalTo("token-of-the-stream")))
							.withRequestBody(matchingJsonPath("$.delivery.endpoint_url",
									equalTo("https://agent.example.com/lumoauth/events/ssf"))));
				assertThat(stream.snapshot().state()).isEqualTo(EventStreamRegistration.State.UNVERIFIED);
				assertThat(context.getBean(Missed.class).told).containsExactly(Revocation.ofEveryone(Effect.DECISIONS));
			});
		lumoAuth.verify(1, deleteRequestedFor(urlPathEqualTo(STREAM)).withQueryParam("stream_id", equalTo("str_1")));
	}

	@Test
	void createsAStreamAgainWhenTheApplicationWasStoppedAndStarts() {
		SignedEvents.stub(lumoAuth);
		lumoAuth.stubFor(post(urlPathEqualTo(STREAM)).willReturn(okJson("{\"stream_id\":\"str_1\"}").withStatus(201)));
		lumoAuth.stubFor(post(urlPathEqualTo(VERIFY)).willReturn(noContent()));
		lumoAuth.stubFor(delete(urlPathEqualTo(STREAM)).willReturn(noContent()));
		configured().withBean(Missed.class)
			.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.events.ssf.enabled=true",
					"lumoauth.events.ssf.endpoint-url=https://agent.example.com/lumoauth/events/ssf",
					"lumoauth.events.ssf.authorization-token=token-of-the-stream")
			.run((context) -> {
				EventStreamRegistration stream = context.getBean(EventStreamRegistration.class);
				context.getSourceApplicationContext().stop();
				context.getSourceApplicationContext().start();
				stream.register();
				awaitVerifyRequests(1);
				context.getSourceApplicationContext().stop();
				assertThat(stream.snapshot().state()).isEqualTo(EventStreamRegistration.State.NONE);
				lumoAuth.verify(1,
						deleteRequestedFor(urlPathEqualTo(STREAM)).withQueryParam("stream_id", equalTo("str_1")));
				lumoAuth.stubFor(
						post(urlPathEqualTo(STREAM)).willReturn(okJson("{\"stream_id\":\"str_2\"}").withStatus(201)));
				context.getSourceApplicationContext().start();
				awaitVerifyRequests(2);
				lumoAuth.verify(2, postRequestedFor(urlPathEqualTo(STREAM)));
				assertThat(stream.snapshot().state()).isEqualTo(EventStreamRegistration.State.UNVERIFIED);
				assertThat(context.getBean(Missed.class).told).containsExactly(Revocation.ofEveryone(Effect.DECISIONS),
						Revocation.ofEveryone(Effect.TOKENS));
			});
		lumoAuth.verify(2, deleteRequestedFor(urlPathEqualTo(STREAM)));
		lumoAuth.verify(1, deleteRequestedFor(urlPathEqualTo(STREAM)).withQueryParam("stream_id", equalTo("str_2")));
	}

	private static void awaitVerifyRequests(int number) {
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.until(() -> lumoAuth.findAll(postRequestedFor(urlPathEqualTo(VERIFY))).size() == number);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void deletesAStreamThatIsBeingCreatedWhenTheApplicationEnds(CapturedOutput output) {
		SignedEvents.stub(lumoAuth);
		lumoAuth.stubFor(post(urlPathEqualTo(STREAM)).willReturn(
				okJson("{\"stream_id\":\"str_1\",\"status\":\"enabled\"}").withStatus(201).withFixedDelay(100)));
		lumoAuth.stubFor(delete(urlPathEqualTo(STREAM)).willReturn(noContent()));
		configured()
			.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.events.ssf.enabled=true",
					"lumoauth.events.ssf.endpoint-url=https://agent.example.com/lumoauth/events/ssf",
					"lumoauth.events.ssf.authorization-token=token-of-the-stream")
			.run((context) -> context.getBean(EventStreamRegistration.class).register());
		lumoAuth.verify(1, deleteRequestedFor(urlPathEqualTo(STREAM)).withQueryParam("stream_id", equalTo("str_1")));
		assertThat(output).doesNotContain("could not be deleted");
	}

	@Test
	void aStreamThatCanNotBeCreatedIsTriedAgain() {
		SignedEvents.stub(lumoAuth);
		lumoAuth.stubFor(post(urlPathEqualTo(STREAM)).willReturn(serverError()));
		configured().withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl()).run((context) -> {
			EventStreamRegistration stream = new EventStreamRegistration(
					new EventStreams.Request("https://agent.example.com/lumoauth/events/ssf", "token-of-the-stream",
							"agt_1"),
					() -> new EventStreams(context.getBean(LumoAuthHttp.class), context.getBean(LumoAuthTokens.class)),
					new Revocations(List::of, (channel, type, outcome) -> {
					}), context.getBean(AgentRuntimes.class).main().get(BackgroundWork.class));
			stream.start();
			stream.register();
			Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> stream.snapshot().problem() != null);
			assertThat(stream.snapshot().state()).isEqualTo(EventStreamRegistration.State.REGISTERING);
			stream.stop();
		});
	}

	/**
	 * What nobody has said before the stream was there, or while it was paused.
	 */
	static final class Missed implements RevocationListener {

		private final List<Revocation> told = new CopyOnWriteArrayList<>();

		@Override
		public void revoked(Revocation revocation) {
			this.told.add(revocation);
		}

	}

}
