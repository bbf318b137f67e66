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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Function;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.http.HttpHeaders;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.credentials.OwnTokenCredentials;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import dev.lumoauth.spring.token.key.SigningKey;
import dev.lumoauth.spring.user.UserToken;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of tokens that come in other ways than from the token endpoint, by
 * {@link OwnTokenCredentials} and {@link TokenProtocol}, and of requests that are signed.
 */
class OtherTokensTests {

	private static final String RESOURCE = "https://files.example.com";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance()
		.options(wireMockConfig().dynamicPort())
		.build();

	private final WireAgent agent = new WireAgent(lumoAuth);

	private final Own own = new Own();

	private final Others others = new Others();

	@BeforeEach
	void credentials() {
		this.agent.credentials = (clientId) -> this.own;
		this.agent.customizer = (tokens) -> tokens.protocol(this.others);
	}

	@Test
	void theAgentsOwnTokenIsThatOfItsCredentialsAndIsKept() {
		LumoAuthTokens tokens = this.agent.tokens();
		assertThat(tokens.agentToken().getTokenValue()).isEqualTo("own-1");
		assertThat(tokens.agentToken().getTokenValue()).isEqualTo("own-1");
		assertThat(lumoAuth.getAllServeEvents()).isEmpty();
	}

	@Test
	void anotherKeyHasAnotherToken() {
		LumoAuthTokens tokens = this.agent.tokens();
		tokens.agentToken();
		this.own.proofs.use(SigningKey.generate());
		assertThat(tokens.agentToken().getTokenValue()).isEqualTo("own-2");
	}

	@Test
	void aKeyThatTheCredentialsFindWhenTheyAreAskedHasAnotherToken() {
		LumoAuthTokens tokens = this.agent.tokens();
		tokens.agentToken();
		this.own.replaced.set(SigningKey.generate());
		assertThat(tokens.agentToken().getTokenValue()).isEqualTo("own-2");
	}

	@Test
	void anExchangeIsProvenByTheTokenAndItsKeyAlone() throws Exception {
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(
				okJson("{\"access_token\":\"t\",\"token_type\":\"DPoP\",\"expires_in\":300,\"issued_token_type\":"
						+ "\"urn:ietf:params:oauth:token-type:access_token\"}")));
		LumoAuthTokens tokens = this.agent
			.tokens(this.agent.http((http) -> http.requestInterceptor(this.own.proofs.interceptor())));
		assertThat(tokens.exchange("urn:a").getTokenType()).isEqualTo(TokenType.DPOP);
		LoggedRequest sent = lumoAuth.getAllServeEvents().get(0).getRequest();
		assertThat(sent.getBodyAsString()).contains("subject_token=own-1").doesNotContain("client_secret");
		assertThat(sent.getHeader(HttpHeaders.AUTHORIZATION)).isNull();
		assertThat(SignedJWT.parse(sent.getHeader("DPoP")).getHeader().getJWK().computeThumbprint())
			.hasToString(this.own.proofs.thumbprint());
	}

	@Test
	void credentialsThatAreRefusedAreNotShownAgainForAWhile() {
		this.own.refuses = true;
		LumoAuthTokens tokens = this.agent.tokens();
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(tokens::agentToken);
		}
		assertThat(this.own.asked).hasValue(1);
	}

	@Test
	void theTokensOfSomeServersComeInAnotherWayAndAreKept() {
		LumoAuthTokens tokens = this.agent.tokens();
		TokenTarget target = new TokenTarget(null, RESOURCE, Set.of("files:read"));
		assertThat(tokens.exchange(target, null).getTokenValue()).isEqualTo("other-1 files:read null");
		assertThat(tokens.exchange(target, null).getTokenValue()).isEqualTo("other-1 files:read null");
		assertThat(lumoAuth.getAllServeEvents()).isEmpty();
	}

	@Test
	void anotherUserScopeOrKeyHasAnotherToken() {
		LumoAuthTokens tokens = this.agent.tokens();
		TokenTarget target = new TokenTarget(null, RESOURCE, Set.of("a"));
		UserToken alice = UserToken.of("alice");
		UserToken bob = UserToken.of("bob");
		assertThat(List.of(tokens.exchange(target, null), tokens.exchange(target.withScopes(Set.of("b")), null),
				tokens.exchange(target, alice), tokens.exchange(target, bob), tokens.exchange(target, alice)))
			.extracting(OAuth2AccessToken::getTokenValue)
			.containsExactly("other-1 a null", "other-2 b null", "other-3 a alice", "other-4 a bob", "other-3 a alice");
		this.others.thumbprint = "another";
		assertThat(tokens.exchange(target, null).getTokenValue()).isEqualTo("other-5 a null");
	}

	@Test
	void aRefusalNamesTheServer() {
		this.others.refuses = true;
		assertThatExceptionOfType(LumoAuthDeniedException.class)
			.isThrownBy(() -> this.agent.tokens().exchange(new TokenTarget(null, RESOURCE, Set.of()), null))
			.withMessage("No token for '" + RESOURCE + "': not you");
	}

	@Test
	void anotherAgentIsNoSubject() {
		LumoAuthTokens tokens = this.agent.tokens();
		this.agent.targetParameter = TargetParameter.RESOURCE;
		LumoAuthTokens second = this.agent.tokens();
		assertThatExceptionOfType(LumoAuthDeniedException.class)
			.isThrownBy(() -> second.exchange(RESOURCE, tokens.asSubject(null)))
			.withMessageContaining("another agent can't be its subject");
	}

	@Test
	void aRequestIsSignedWithItsTokenAndItsBody() {
		lumoAuth.stubFor(any(anyUrl()).willReturn(ok("done")));
		Signer signer = new Signer(20);
		RestClient.builder().baseUrl(lumoAuth.baseUrl()).requestInterceptor((request, body, execution) -> {
			request.getHeaders().setBearerAuth("t");
			return execution.execute(request, body);
		})
			.requestInterceptor(new SigningInterceptor(signer))
			.build()
			.post()
			.uri("/a?b=c")
			.body("hello")
			.retrieve()
			.toBodilessEntity();
		WebClient client = WebClient.builder()
			.baseUrl(lumoAuth.baseUrl())
			.clientConnector(new JdkClientHttpConnector())
			.defaultHeaders((headers) -> headers.setBearerAuth("t"))
			.filter(new SigningExchangeFilterFunction(signer))
			.build();
		client.post().uri("/a?b=c").bodyValue("hello").retrieve().toBodilessEntity().block(Duration.ofSeconds(60));
		client.get().uri("/a?b=c").retrieve().toBodilessEntity().block(Duration.ofSeconds(60));
		String uri = lumoAuth.baseUrl() + "/a?b=c";
		assertThat(signer.signed).containsExactly("POST " + uri + " [Bearer t] hello",
				"POST " + uri + " [Bearer t] hello", "GET " + uri + " [Bearer t] ");
		assertThat(lumoAuth.getAllServeEvents()).hasSize(3)
			.allSatisfy((event) -> assertThat(event.getRequest().getHeader("Signature")).isEqualTo("signed"))
			.extracting((event) -> event.getRequest().getBodyAsString())
			.containsExactlyInAnyOrder("hello", "hello", "");
	}

	@Test
	void aBodyThatIsTooLargeIsNotSent() {
		lumoAuth.stubFor(any(anyUrl()).willReturn(ok("done")));
		Signer signer = new Signer(4);
		RestClient client = RestClient.builder().requestInterceptor(new SigningInterceptor(signer)).build();
		assertThatIllegalStateException()
			.isThrownBy(() -> client.post().uri(lumoAuth.baseUrl()).body("hello").retrieve().toBodilessEntity())
			.withMessageContaining("more than 4 bytes");
		WebClient reactive = WebClient.builder()
			.clientConnector(new JdkClientHttpConnector())
			.filter(new SigningExchangeFilterFunction(signer))
			.build();
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> reactive.post()
				.uri(lumoAuth.baseUrl())
				.bodyValue("hello")
				.retrieve()
				.toBodilessEntity()
				.block(Duration.ofSeconds(60)))
			.withStackTraceContaining("more than 4 bytes");
		assertThat(lumoAuth.getAllServeEvents()).isEmpty();
		assertThat(signer.signed).isEmpty();
	}

	/**
	 * Credentials that number the tokens they give.
	 */
	private final class Own implements OwnTokenCredentials {

		private final DPoPProofs proofs = DPoPProofs.of(SigningKey.generate(), OtherTokensTests.this.agent.clock);

		private final AtomicInteger asked = new AtomicInteger();

		/** A key that has come into the place of the current one, such as in a file. */
		private final AtomicReference<@Nullable SigningKey> replaced = new AtomicReference<>();

		private boolean refuses;

		@Override
		public String clientId() {
			return WireAgent.CLIENT_ID;
		}

		@Override
		public ClientAuthenticationMethod method() {
			return new ClientAuthenticationMethod("own");
		}

		@Override
		public AuthorizationGrantType grant() {
			return new AuthorizationGrantType("aauth");
		}

		@Override
		public OAuth2AccessToken ownToken(LumoAuthHttp http, Set<String> scopes) {
			int number = this.asked.incrementAndGet();
			if (this.refuses) {
				throw new LumoAuthAuthenticationException("not known", "invalid_agent_token", null);
			}
			return token("own-" + number, TokenType.DPOP, OtherTokensTests.this.agent.clock.instant());
		}

		@Override
		public DPoPProofs proofs() {
			SigningKey other = this.replaced.getAndSet(null);
			if (other != null) {
				this.proofs.use(other);
			}
			return this.proofs;
		}

	}

	private final class Others implements TokenProtocol {

		private final AtomicInteger asked = new AtomicInteger();

		private String thumbprint = "one";

		private boolean refuses;

		@Override
		public AuthorizationGrantType grant() {
			return new AuthorizationGrantType("other");
		}

		@Override
		public boolean isFor(TokenTarget target) {
			return RESOURCE.equals(target.resource());
		}

		@Override
		public String keyThumbprint() {
			return this.thumbprint;
		}

		@Override
		public OAuth2AccessToken get(TokenTarget target, @Nullable UserToken user) {
			if (this.refuses) {
				throw new LumoAuthDeniedException("not you", "access_denied", null);
			}
			return token(
					"other-" + this.asked.incrementAndGet() + " " + String.join(" ", target.scopes()) + " "
							+ ((user != null) ? user.value() : null),
					TokenType.BEARER, OtherTokensTests.this.agent.clock.instant());
		}

	}

	private static OAuth2AccessToken token(String value, TokenType type, Instant now) {
		return new OAuth2AccessToken(type, value, now, now.plusSeconds(300));
	}

	private record Signer(int maxBodySize, List<String> signed) implements RequestSigner {

		private Signer(int maxBodySize) {
			this(maxBodySize, new CopyOnWriteArrayList<>());
		}

		@Override
		public void sign(String method, URI uri, Function<String, List<String>> headers, byte[] body,
				BiConsumer<String, String> setHeader) {
			this.signed.add(method + " " + uri + " " + headers.apply("authorization") + " "
					+ new String(body, StandardCharsets.UTF_8));
			setHeader.accept("Signature", "signed");
		}

	}

}
