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

package dev.lumoauth.spring.http.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.RestClient;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.token.AuthorizationInterceptor;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link AuthorizationInterceptor}.
 */
class LumoAuthHttpClientsTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension server = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension elsewhere = WireMockExtension.newInstance().build();

	private LumoAuthHttpClients clients;

	@BeforeEach
	void tokens() {
		LumoAuthTokens tokens = new WireAgent(lumoAuth).tokens();
		this.clients = new LumoAuthHttpClients(() -> tokens,
				Map.of("urn:a", URI.create(server.url("/some/path")), "urn:b", URI.create(elsewhere.baseUrl())));
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		exchange("exchanged-1");
		server.stubFor(post("/mcp").willReturn(ok("done")));
		elsewhere.stubFor(post("/mcp").willReturn(ok("done")));
	}

	@Test
	void takesNoServerThatIsNoneForItsAudience() {
		assertThatIllegalArgumentException().isThrownBy(() -> servers("urn:a", "http://a.example.com"))
			.withMessageContaining("'urn:a' must not receive tokens");
		assertThatIllegalStateException().isThrownBy(() -> servers("https://b.example.com", "https://a.example.com"));
	}

	@Test
	void sendsTheTokensOfAnotherAgentToTheSameServers() {
		WireAgent other = new WireAgent(lumoAuth);
		other.clientId = "agt_other";
		exchange("exchanged-2");
		assertThat(call(this.clients.withTokens(other.tokens()).interceptor("urn:a"), server)).isEqualTo("done");
		lumoAuth.verify(1, WireAgent.agentTokenRequests().withFormParam("client_id", equalTo("agt_other")));
		assertThatIllegalStateException().isThrownBy(() -> new LumoAuthHttpClients(other.tokens()).interceptor("urn:a"))
			.withMessageContaining("lumoauth.audiences");
	}

	private static LumoAuthHttpClients servers(String audience, String url) {
		return new LumoAuthHttpClients(() -> {
			throw new IllegalStateException("No token is needed");
		}, Map.of(audience, URI.create(url)));
	}

	@Test
	void addsTheExchangedToken() {
		assertThat(call(this.clients.interceptor("urn:a"), server)).isEqualTo("done");
		server.verify(1, postRequestedFor(urlEqualTo("/mcp")).withHeader("Authorization", equalTo("Bearer exchanged-1"))
			.withRequestBody(equalTo("body")));
		lumoAuth.verify(1, WireAgent.exchangeRequests().withFormParam("audience", equalTo("urn:a")));
	}

	@Test
	void staysWithTheOriginThatIsConfigured() {
		ClientHttpRequestInterceptor interceptor = this.clients.interceptor("urn:a");
		assertThatIllegalStateException().isThrownBy(() -> call(interceptor, elsewhere)).withMessageContaining("urn:a");
		assertThat(call(interceptor, server)).isEqualTo("done");
		elsewhere.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void staysWithTheOriginOfAnAudienceThatIsAnAddress() {
		ClientHttpRequestInterceptor interceptor = this.clients.interceptor(server.baseUrl() + "/mcp");
		assertThatIllegalStateException().isThrownBy(() -> call(interceptor, elsewhere));
		assertThat(call(interceptor, server)).isEqualTo("done");
		elsewhere.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void staysWithTheOriginItIsGiven() {
		ClientHttpRequestInterceptor interceptor = this.clients.interceptor("urn:c", URI.create(server.baseUrl()));
		assertThatIllegalStateException().isThrownBy(() -> call(interceptor, elsewhere));
		assertThat(call(interceptor, server)).isEqualTo("done");
		elsewhere.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void sendsNothingInClearTextToAnotherMachine() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.clients.interceptor("http://mcp.example.com"));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.clients.interceptor("urn:c", URI.create("http://192.0.2.1:8080")));
		RestClient client = client(this.clients.interceptor("urn:a"));
		assertThatIllegalStateException()
			.isThrownBy(() -> client.post().uri("http://mcp.example.com/mcp").retrieve().toBodilessEntity());
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void sendsNothingWithoutAToken() {
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(jsonResponse("{\"error\":\"invalid_target\"}", 400)));
		assertThatExceptionOfType(LumoAuthDeniedException.class)
			.isThrownBy(() -> call(this.clients.interceptor("urn:a"), server));
		server.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void replacesTheTokenOnceOn401() {
		server.stubFor(post("/mcp").withHeader("Authorization", equalTo("Bearer exchanged-1"))
			.willReturn(aResponse().withStatus(401)));
		ClientHttpRequestInterceptor interceptor = this.clients.interceptor("urn:a");
		this.clients.tokens().exchange("urn:a");
		exchange("exchanged-2");
		assertThat(call(interceptor, server)).isEqualTo("done");
		server.verify(1, postRequestedFor(urlEqualTo("/mcp")).withHeader("Authorization", equalTo("Bearer exchanged-2"))
			.withRequestBody(equalTo("body")));
		assertThat(this.clients.tokens().exchange("urn:a").getTokenValue()).isEqualTo("exchanged-2");
	}

	@Test
	void second401IsTheCallers() {
		server.stubFor(post("/mcp").willReturn(aResponse().withStatus(401)));
		this.clients.tokens().exchange("urn:a");
		exchange("exchanged-2");
		assertThatExceptionOfType(HttpClientErrorException.Unauthorized.class)
			.isThrownBy(() -> call(this.clients.interceptor("urn:a"), server));
		server.verify(2, postRequestedFor(urlEqualTo("/mcp")));
		lumoAuth.verify(2, WireAgent.exchangeRequests());
	}

	@Test
	void serverThatRejectsForEverCostsNoMoreExchanges() {
		server.stubFor(post("/mcp").willReturn(aResponse().withStatus(401).withBody("why")));
		ClientHttpRequestInterceptor interceptor = this.clients.interceptor("urn:a");
		for (int i = 1; i <= 5; i++) {
			this.clients.tokens().exchange("urn:a");
			exchange("exchanged-" + (i + 1));
			assertThatExceptionOfType(HttpClientErrorException.Unauthorized.class)
				.isThrownBy(() -> call(interceptor, server))
				.satisfies((ex) -> assertThat(ex.getResponseBodyAsString()).isEqualTo("why"));
		}
		server.verify(6, postRequestedFor(urlEqualTo("/mcp")));
		lumoAuth.verify(2, WireAgent.exchangeRequests());
	}

	@Test
	void sameTokenAgainIsNotSentAgain() {
		server.stubFor(post("/mcp").willReturn(aResponse().withStatus(401)));
		assertThatExceptionOfType(HttpClientErrorException.Unauthorized.class)
			.isThrownBy(() -> call(this.clients.interceptor("urn:a"), server));
		server.verify(1, postRequestedFor(urlEqualTo("/mcp")));
	}

	@Test
	void replacementIsKeptForAWhile() {
		ClientHttpRequestInterceptor interceptor = this.clients.interceptor("urn:a");
		this.clients.tokens().exchange("urn:a");
		exchange("exchanged-2");
		server.stubFor(post("/mcp").withHeader("Authorization", equalTo("Bearer exchanged-1"))
			.willReturn(aResponse().withStatus(401)));
		assertThat(call(interceptor, server)).isEqualTo("done");
		exchange("exchanged-3");
		server.stubFor(post("/mcp").withHeader("Authorization", equalTo("Bearer exchanged-2"))
			.willReturn(aResponse().withStatus(401)));
		assertThatExceptionOfType(HttpClientErrorException.class).isThrownBy(() -> call(interceptor, server));
	}

	@Test
	void failureOfTheServersDoesNotSpeakForTheToken() {
		ClientHttpRequestInterceptor interceptor = this.clients.interceptor("urn:a");
		this.clients.tokens().discard(this.clients.tokens().exchange("urn:a"));
		this.clients.tokens().exchange("urn:a");
		server.stubFor(post("/mcp").willReturn(aResponse().withStatus(503)));
		assertThatExceptionOfType(HttpServerErrorException.class).isThrownBy(() -> call(interceptor, server));
		assertThat(this.clients.tokens().discard(this.clients.tokens().exchange("urn:a"))).isFalse();
	}

	@Test
	void actsForWhomTheCallingThreadActs() {
		UserScope.call(UserToken.of("user-1"), () -> call(this.clients.interceptor("urn:a"), server));
		lumoAuth.verify(1,
				WireAgent.exchangeRequests()
					.withFormParam("subject_token", equalTo("user-1"))
					.withFormParam("actor_token", equalTo("agent-1")));
	}

	@Test
	void takesTheAudienceFromTheRequest() {
		RestClient client = client(this.clients.interceptor());
		client.post()
			.uri(server.url("/mcp"))
			.attributes(LumoAuthHttpClients.audience("urn:a"))
			.retrieve()
			.toBodilessEntity();
		lumoAuth.verify(1, WireAgent.exchangeRequests().withFormParam("audience", equalTo("urn:a")));
		assertThatIllegalStateException().isThrownBy(() -> client.post()
			.uri(elsewhere.url("/mcp"))
			.attributes(LumoAuthHttpClients.audience("urn:a"))
			.retrieve()
			.toBodilessEntity());
		client.post()
			.uri(elsewhere.url("/mcp"))
			.attributes(LumoAuthHttpClients.audience("urn:b"))
			.retrieve()
			.toBodilessEntity();
	}

	@Test
	void requestWithoutAnAudienceIsNotSent() {
		RestClient client = client(this.clients.interceptor());
		assertThatIllegalStateException()
			.isThrownBy(() -> client.post().uri(server.url("/mcp")).retrieve().toBodilessEntity())
			.withMessageContaining("LumoAuthHttpClients.audience");
		server.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void leavesTheCallersOwnAuthorizationAlone() {
		client(this.clients.interceptor("urn:a")).post()
			.uri(server.url("/mcp"))
			.header("Authorization", "Bearer own")
			.retrieve()
			.toBodilessEntity();
		server.verify(1, postRequestedFor(urlEqualTo("/mcp")).withHeader("Authorization", equalTo("Bearer own")));
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void requestThatAnotherInterceptorRepeatsGetsAFreshTokenEachTime() {
		AtomicInteger attempts = new AtomicInteger();
		ClientHttpRequestInterceptor repeating = (request, body, execution) -> {
			attempts.incrementAndGet();
			execution.execute(request, body).close();
			this.clients.tokens().discard(this.clients.tokens().exchange("urn:a"));
			exchange("exchanged-2");
			return execution.execute(request, body);
		};
		RestClient client = RestClient.builder()
			.requestInterceptors(
					(interceptors) -> interceptors.addAll(List.of(repeating, this.clients.interceptor("urn:a"))))
			.build();
		client.post().uri(server.url("/mcp")).retrieve().toBodilessEntity();
		assertThat(attempts).hasValue(1);
		server.verify(1,
				postRequestedFor(urlEqualTo("/mcp")).withHeader("Authorization", equalTo("Bearer exchanged-2")));
	}

	@Test
	void redirectIsNotFollowedWithTheToken() {
		server.stubFor(
				post("/mcp").willReturn(aResponse().withStatus(307).withHeader("Location", elsewhere.url("/mcp"))));
		client(this.clients.interceptor("urn:a")).post().uri(server.url("/mcp")).retrieve().toBodilessEntity();
		elsewhere.verify(0, anyRequestedFor(anyUrl()));
	}

	private void exchange(String token) {
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(WireAgent.exchanged(token, 600)));
	}

	private static RestClient client(ClientHttpRequestInterceptor interceptor) {
		HttpClient http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
		return RestClient.builder()
			.requestFactory(new JdkClientHttpRequestFactory(http))
			.requestInterceptor(interceptor)
			.build();
	}

	private static String call(ClientHttpRequestInterceptor interceptor, WireMockExtension target) {
		return client(interceptor).post().uri(target.url("/mcp")).body("body").retrieve().body(String.class);
	}

}
