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

package dev.lumoauth.spring.token;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.MultiValueMap;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.cache.CachedAccessToken;
import dev.lumoauth.spring.token.cache.TokenCacheEntry;
import dev.lumoauth.spring.token.grant.TokenKey;
import dev.lumoauth.spring.token.cache.IssuedToken;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.key.SigningKey;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * That no secret gets into the log, at TRACE and for every logger there is. The secrets
 * all contain the word that is looked for.
 */
class NoSecretInTheLogTests {

	private static final String MARKER = "MARKER";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final Logger root = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME);

	private final Level level = this.root.getLevel();

	@BeforeEach
	void listen() {
		this.log.setContext(this.root.getLoggerContext());
		this.log.start();
		this.root.setLevel(Level.TRACE);
		this.root.addAppender(this.log);
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-MARKER", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(WireAgent.exchanged("exchanged-MARKER", 600)));
		lumoAuth
			.stubFor(any(urlPathMatching("/t/acme-corp/api/v1/agents/me")).willReturn(okJson("{\"agent_id\":\"a\"}")));
	}

	@AfterEach
	void stop() {
		this.root.detachAppender(this.log);
		this.root.setLevel(this.level);
	}

	@ParameterizedTest
	@ValueSource(strings = { "client_secret_post", "client_secret_basic" })
	void whenAllGoesWell(String method) {
		WireAgent agent = agent(method);
		LumoAuthHttp http = agent.http();
		LumoAuthTokens tokens = agent.tokens(http);
		new LumoAuthClient(http, tokens).me();
		lumoAuth.stubFor(any(urlPathMatching("/data")).willReturn(ok()));
		// The JDK's client: another one may have a log of its own for what it sends.
		RestClient.builder()
			.requestFactory(LumoAuthHttp.requestFactory(HttpClient.newHttpClient(), Duration.ofSeconds(10)))
			.requestInterceptor(new AuthorizationInterceptor(WireAgent.requests(tokens, "urn:a", lumoAuth.baseUrl())))
			.build()
			.get()
			.uri(lumoAuth.url("/data"))
			.retrieve()
			.toBodilessEntity();
		assertThat(messages()).as("Spring logs bodies").contains("Writing [");
		assertThat(messages()).doesNotContain(MARKER);
	}

	@Test
	void whenAWebClientSendsForAUser() {
		LumoAuthTokens tokens = agent("client_secret_post").tokens();
		lumoAuth.stubFor(any(urlPathMatching("/data")).willReturn(aResponse().withStatus(401)));
		WebClient client = WebClient.builder()
			.clientConnector(new JdkClientHttpConnector())
			.apply(new AuthorizationFilterFunction(WireAgent.requests(tokens, "urn:a", lumoAuth.baseUrl()))
				.configuration())
			.build();
		Throwable failure = catchThrowable(() -> UserScope.call(UserToken.of("user-MARKER"),
				() -> client.get().uri(lumoAuth.url("/data")).retrieve().toBodilessEntity().block()));
		assertThat(failure).isInstanceOf(WebClientResponseException.Unauthorized.class);
		assertThat(print(failure)).doesNotContain(MARKER);
		String messages = messages((event) -> !event.getThreadName().startsWith("qtp"));
		assertThat(messages).contains("HTTP GET " + lumoAuth.url("/data")).doesNotContain(MARKER);
	}

	@ParameterizedTest
	@ValueSource(strings = { "client_secret_post", "client_secret_basic" })
	void whenTheTokenEndpointRepeatsWhatItWasSent(String method) {
		lumoAuth.stubFor(WireAgent.agentTokenRequest()
			.willReturn(jsonResponse(
					"{\"error\":\"invalid_client\",\"error_description\":\"no: s3cret-MARKER+&= s3cret-MARKER%2B%26%3D\"}",
					401)));
		assertNothingLeaks(agent(method));
	}

	/**
	 * Whatever proves who the agent is, if it is accepted and if it is refused and
	 * repeated.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "subject_token", "client_assertion" })
	void whenAnothersTokenProvesWhoTheAgentIs(String parameter) {
		String token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwb2QifQ.MARKER";
		WireAgent agent = new WireAgent(lumoAuth);
		agent.credentials = (id) -> new OthersToken(id, parameter, token);
		assertThat(agent.tokens().agentToken()).isNotNull();
		assertThat(messages()).contains("Writing [").doesNotContain(MARKER);
		lumoAuth.stubFor(post(urlPathMatching(".*/oauth/token")).willReturn(
				jsonResponse("{\"error\":\"invalid_client\",\"error_description\":\"no: " + token + "\"}", 401)));
		assertNothingLeaks(agent);
	}

	@Test
	void whenAKeyProvesWhoTheAgentIs() {
		SigningKey key = SigningKey.generate();
		WireAgent agent = new WireAgent(lumoAuth);
		agent.credentials = (id) -> AgentCredentials.privateKeyJwt(id, key, "https://lumoauth.example.com",
				agent.clock);
		agent.tokens().agentToken();
		String sent = lumoAuth.findAll(postRequestedFor(urlPathMatching(".*/oauth/token")))
			.get(0)
			.formParameter("client_assertion")
			.firstValue();
		assertThat(sent).contains(".");
		assertThat(messages()).contains("Writing [").doesNotContain(sent);
	}

	@ParameterizedTest
	@ValueSource(strings = { "invalid_grant", "invalid_target" })
	void whenAUsersTokenIsRefusedAndRepeated(String code) {
		lumoAuth.stubFor(WireAgent.exchangeRequest()
			.willReturn(jsonResponse(
					"{\"error\":\"" + code + "\",\"error_description\":\"no: user-MARKER agent-MARKER\"}", 400)));
		LumoAuthTokens tokens = agent("client_secret_post").tokens();
		Throwable failure = catchThrowable(
				() -> tokens.exchange(new TokenTarget("urn:a", null, Set.of()), UserToken.of("user-MARKER")));
		assertThat(failure).isInstanceOf(LumoAuthException.class);
		assertThat(print(failure)).contains("no: *** ***").doesNotContain(MARKER);
		assertThat(messages()).contains("Writing [").doesNotContain(MARKER);
	}

	@Test
	void whenTheTokenResponseIsBroken() {
		lumoAuth.stubFor(WireAgent.agentTokenRequest()
			.willReturn(ok(
					"{\"access_token\":\"agent-MARKER\",\"token_type\":\"Bearer\",\"expires_in\":\"soon-MARKER\"}")));
		assertNothingLeaks(agent("client_secret_post"));
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(ok("{\"access_token\":\"agent-MARKER\"")));
		assertNothingLeaks(agent("client_secret_post"));
	}

	@Test
	void whenTheApiRepeatsTheToken() {
		WireAgent agent = agent("client_secret_post");
		LumoAuthHttp http = agent.http();
		LumoAuthTokens tokens = agent.tokens(http);
		lumoAuth.stubFor(post("/t/acme-corp/api/v1/authz/check")
			.willReturn(jsonResponse("{\"error\":\"x\",\"message\":\"token agent-MARKER\"}", 403)));
		Throwable failure = catchThrowable(() -> new LumoAuthClient(http, tokens).check("a"));
		assertThat(failure).isInstanceOf(LumoAuthException.class);
		assertThat(print(failure)).doesNotContain(MARKER);
		assertThat(messages()).doesNotContain(MARKER);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"note\":\"agent-MARKER\"}", "agent-MARKER, you may" })
	void whenAnAnswerThatIsNoneRepeatsTheToken(String body) {
		WireAgent agent = agent("client_secret_post");
		LumoAuthHttp http = agent.http();
		LumoAuthTokens tokens = agent.tokens(http);
		lumoAuth.stubFor(post("/t/acme-corp/api/v1/authz/check").willReturn(ok(body)));
		Throwable failure = catchThrowable(() -> new LumoAuthClient(http, tokens).check("a"));
		assertThat(failure).isInstanceOf(LumoAuthException.class);
		assertThat(print(failure)).doesNotContain(MARKER);
		assertThat(messages()).doesNotContain(MARKER);
	}

	@Test
	void whenAnAddressHoldsAPassword() {
		LumoAuthTokens tokens = agent("client_secret_post").tokens();
		tokens.exchange(new TokenTarget(null, "https://me:pass-MARKER@example.com/a", Set.of()));
		tokens.exchange(new TokenTarget(null, "https://example.com/a?key=MARKER", Set.of()));
		tokens.exchange(new TokenTarget(null, "https://example.com/a", Set.of()));
		assertThat(messages()).contains("Writing [").doesNotContain(MARKER);
	}

	@Test
	void whenARenewalFails() {
		WireAgent agent = agent("client_secret_post");
		LumoAuthTokens tokens = agent.tokens();
		tokens.agentToken();
		lumoAuth.stubFor(WireAgent.agentTokenRequest()
			.willReturn(aResponse().withStatus(503).withBody("{\"error\":\"s3cret-MARKER+&=\"}")));
		agent.clock.advance(Duration.ofSeconds(3550));
		tokens.agentToken();
		assertThat(messages()).contains("Could not renew the agent's token").doesNotContain(MARKER);
	}

	@Test
	void whenSomethingIsPrinted() {
		WireAgent agent = agent("client_secret_post");
		LumoAuthTokens tokens = agent.tokens();
		AgentCredentials credentials = agent.credentials.apply(WireAgent.CLIENT_ID);
		assertThat(credentials.toString()).contains(WireAgent.CLIENT_ID).doesNotContain(MARKER);
		assertThat(agent("client_secret_basic").credentials.apply(WireAgent.CLIENT_ID).toString())
			.contains(WireAgent.CLIENT_ID)
			.doesNotContain(MARKER);
		assertThat(tokens.toString()).doesNotContain(MARKER);
		assertThat(tokens.agentToken().toString()).doesNotContain(MARKER);
		IssuedToken loaded = new IssuedToken(tokens.agentToken(), null, null);
		assertThat(loaded.toString()).doesNotContain(MARKER);
		TokenKey key = TokenKey.exchange(UserToken.of("user-MARKER").key(), TokenKey.AGENT, "a", null, Set.of());
		assertThat(TokenCacheEntry
			.of(loaded, agent.clock.instant(), new CachedAccessToken.Origin(key, agent.clock.instant(), false, null))
			.toString()).doesNotContain(MARKER);
		TokenSubject user = TokenSubject.of(UserToken.of("user-MARKER"));
		assertThat(user.toString()).doesNotContain(MARKER);
		assertThat(user.present().toString()).doesNotContain(MARKER);
		assertThat(key.toString()).doesNotContain(MARKER);
		assertThat(Map.of("credentials", credentials).toString()).doesNotContain(MARKER);
	}

	private void assertNothingLeaks(WireAgent agent) {
		Throwable failure = catchThrowable(() -> agent.tokens().agentToken());
		assertThat(failure).isInstanceOf(LumoAuthException.class);
		assertThat(print(failure)).doesNotContain(MARKER);
		assertThat(messages()).doesNotContain(MARKER);
	}

	private static WireAgent agent(String method) {
		WireAgent agent = new WireAgent(lumoAuth);
		if (method.equals("client_secret_basic")) {
			agent.credentials = (clientId) -> AgentCredentials.clientSecretBasic(clientId, WireAgent.SECRET);
		}
		return agent;
	}

	private static String print(Throwable failure) {
		StringWriter text = new StringWriter();
		failure.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

	/**
	 * What this thread logged: the mock server logs in the same process, on its own
	 * threads, and must see the secrets.
	 */
	private String messages() {
		String thread = Thread.currentThread().getName();
		return messages((event) -> event.getThreadName().equals(thread));
	}

	private String messages(Predicate<ILoggingEvent> filter) {
		StringBuilder text = new StringBuilder();
		for (ILoggingEvent event : List.copyOf(this.log.list)) {
			if (filter.test(event) && !event.getLoggerName().startsWith("org.eclipse.jetty")
					&& !event.getLoggerName().startsWith("WireMock")) {
				text.append(event.getFormattedMessage()).append('\n');
				if (event.getThrowableProxy() != null) {
					text.append(event.getThrowableProxy().getMessage()).append('\n');
				}
			}
		}
		return text.toString();
	}

	private record OthersToken(String clientId, String parameter, String token) implements AgentCredentials {

		@Override
		public ClientAuthenticationMethod method() {
			return ClientAuthenticationMethod.PRIVATE_KEY_JWT;
		}

		@Override
		public AuthorizationGrantType grant() {
			return this.parameter.equals("subject_token") ? new AuthorizationGrantType("workload_identity")
					: AuthorizationGrantType.CLIENT_CREDENTIALS;
		}

		@Override
		public void addTo(HttpHeaders headers, MultiValueMap<String, String> form) {
			form.set(this.parameter, this.token);
		}

		@Override
		public boolean isAnotherEachTime() {
			return true;
		}

	}

}
