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

import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.RefusedRequestHandler.SingleUseToken;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RefusedRequestHandler}: which requests it is offered, and what is sent
 * again.
 */
class RefusedRequestTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension server = WireMockExtension.newInstance().build();

	private final List<RefusedRequest> offered = new ArrayList<>();

	private final List<Boolean> ended = new ArrayList<>();

	private @Nullable String another;

	private LumoAuthTokens tokens;

	@BeforeEach
	void tokens() {
		WireAgent agent = new WireAgent(lumoAuth);
		agent.scopes = Set.of("read");
		agent.customizer = (tokens) -> tokens.refusedRequests((built) -> this::handle);
		this.tokens = agent.tokens();
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(WireAgent.exchanged("exchanged-1", 3600)));
	}

	private CompletableFuture<Optional<SingleUseToken>> handle(RefusedRequest refused) {
		this.offered.add(refused);
		return CompletableFuture.completedFuture(Optional.ofNullable(this.another).map(Once::new));
	}

	@ParameterizedTest
	@CsvSource({ "REST, 200", "REST, 400", "REST, 401", "REST, 404", "REST, 500", "WEB, 200", "WEB, 400", "WEB, 401",
			"WEB, 404", "WEB, 500" })
	void noOtherAnswerIsOffered(Client client, int status) {
		this.another = "another-1";
		server.stubFor(post("/pay").willReturn(aResponse().withStatus(status)));
		assertThat(client.pay(this.tokens)).isEqualTo(status);
		assertThat(this.offered).isEmpty();
	}

	@Test
	void aRefusalIsPassedOnIfNobodyAnswers() {
		server.stubFor(post("/pay").willReturn(aResponse().withStatus(403).withHeader("Reason", "because")));
		assertThat(Client.REST.pay(this.tokens)).isEqualTo(403);
		assertThat(this.offered).singleElement().satisfies((refused) -> {
			assertThat(refused.target().audience()).isEqualTo("urn:a");
			assertThat(refused.target().scopes()).containsExactly("read");
			assertThat(refused.origin()).isEqualTo(Origin.of(URI.create(server.baseUrl())));
			assertThat(refused.headers().apply("Reason")).containsExactly("because");
			assertThat(refused.user()).isNull();
		});
		server.verify(1, postRequestedFor(urlEqualTo("/pay")));
	}

	@ParameterizedTest
	@CsvSource({ "200, true", "403, false", "401, false" })
	void theRequestIsSentOnceMore(int status, boolean accepted) {
		this.another = "another-1";
		server.stubFor(post("/pay").willReturn(aResponse().withStatus(403)));
		server.stubFor(post("/pay").withHeader("Authorization", equalTo("Bearer another-1"))
			.willReturn(aResponse().withStatus(status)));
		assertThat(Client.REST.pay(this.tokens)).isEqualTo(status);
		assertThat(this.offered).hasSize(1);
		assertThat(this.ended).containsExactly(accepted);
		server.verify(1, postRequestedFor(urlEqualTo("/pay")).withHeader("Authorization", equalTo("Bearer another-1"))
			.withRequestBody(equalTo("body")));
		server.verify(2, postRequestedFor(urlEqualTo("/pay")));
	}

	@Test
	void aWebClientPassesTheRefusalOn() {
		this.another = "another-1";
		server.stubFor(post("/pay").willReturn(aResponse().withStatus(403)));
		assertThat(Client.WEB.pay(this.tokens)).isEqualTo(403);
		assertThat(this.offered).isEmpty();
		server.verify(1, postRequestedFor(urlEqualTo("/pay")));
	}

	/**
	 * A client of the application.
	 */
	enum Client {

		REST {

			@Override
			int pay(LumoAuthTokens tokens) {
				return RestClient.builder()
					.requestFactory(new JdkClientHttpRequestFactory(HttpClient.newHttpClient()))
					.requestInterceptor(
							new AuthorizationInterceptor(WireAgent.requests(tokens, "urn:a", server.baseUrl())))
					.build()
					.post()
					.uri(server.url("/pay"))
					.body("body")
					.exchange((request, response) -> response.getStatusCode().value());
			}

		},

		WEB {

			@Override
			int pay(LumoAuthTokens tokens) {
				return WebClient.builder()
					.clientConnector(new JdkClientHttpConnector())
					.apply(new AuthorizationFilterFunction(WireAgent.requests(tokens, "urn:a", server.baseUrl()))
						.configuration())
					.build()
					.post()
					.uri(server.url("/pay"))
					.bodyValue("body")
					.exchangeToMono((response) -> response.releaseBody().thenReturn(response.statusCode().value()))
					.block();
			}

		};

		abstract int pay(LumoAuthTokens tokens);

	}

	private final class Once implements SingleUseToken {

		private final String value;

		private Once(String value) {
			this.value = value;
		}

		@Override
		public OAuth2AccessToken token() {
			return new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, this.value, null, null);
		}

		@Override
		public void end(boolean accepted) {
			RefusedRequestTests.this.ended.add(accepted);
		}

	}

}
