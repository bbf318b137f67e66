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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.oauth2.client.OAuth2AuthorizationContext;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.NoTokenYetException;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import dev.lumoauth.spring.token.dpop.ProvingServer;
import dev.lumoauth.spring.token.dpop.ProvingServer.Nonces;
import dev.lumoauth.spring.token.dpop.ProvingServer.Seen;
import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of tokens that are bound to the agent's key (RFC 9449), from LumoAuth to a
 * server, with both of them checking every proof.
 */
class BoundTokenTests {

	private static final int TIMES = Integer.getInteger("tests.times", 1);

	private static final String A = "urn:a";

	private final AtomicInteger assertions = new AtomicInteger();

	private final ExecutorService threads = Executors.newFixedThreadPool(64);

	private ProvingServer lumoAuth;

	private ProvingServer server;

	private WireAgent agent;

	private DPoPProofs proofs;

	private LumoAuthHttp http;

	private LumoAuthTokens tokens;

	@BeforeEach
	void start() {
		this.lumoAuth = new ProvingServer(null, () -> this.agent.clock.instant().getEpochSecond());
		this.server = new ProvingServer(this.lumoAuth, () -> this.agent.clock.instant().getEpochSecond());
		this.agent = new WireAgent(this.lumoAuth.url());
		agent(true);
	}

	private void agent(boolean always) {
		this.proofs = DPoPProofs.inMemory(this.agent.clock);
		this.http = this.agent.http((http) -> http.requestInterceptor(this.proofs.interceptor()));
		this.agent.customizer = (tokens) -> tokens.dpop(this.proofs, always);
		this.tokens = this.agent.tokens(this.http);
	}

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
		this.lumoAuth.close();
		this.server.close();
	}

	@Test
	void allThatIsSentCarriesAProof() {
		assertThat(this.tokens.agentToken().getTokenType()).isEqualTo(OAuth2AccessToken.TokenType.DPOP);
		assertThat(restClient()).isEqualTo("done");
		assertThat(new LumoAuthClient(this.http, this.tokens).budgetPolicy()).isNull();
		assertThat(all()).hasSize(4).allSatisfy((request) -> {
			assertThat(request.problem()).isEmpty();
			assertThat(request.proof()).isNotNull();
		});
		assertThat(this.server.seen).singleElement()
			.satisfies((request) -> assertThat(request.authorization()).startsWith("DPoP token-MARKER-"));
	}

	@Test
	void aStolenTokenIsWorthNothing() {
		String stolen = this.tokens.exchange(A).getTokenValue();
		DPoPProofs thief = DPoPProofs.inMemory(this.agent.clock);
		URI uri = URI.create(this.server.url() + "/mcp");
		RestClient client = RestClient.builder().requestFactory(requests()).build();
		assertThat(List.of(status(client.get().uri(uri).header("Authorization", "Bearer " + stolen)),
				status(client.get().uri(uri).header("Authorization", "DPoP " + stolen)),
				status(client.get()
					.uri(uri)
					.header("Authorization", "DPoP " + stolen)
					.header("DPoP", thief.proof("GET", uri, stolen))),
				status(client.get()
					.uri(this.lumoAuth.url() + "/t/acme-corp/api/v1/agents/me")
					.header("Authorization", "Bearer " + stolen))))
			.containsOnly(401);
		assertThat(restClient()).isEqualTo("done");
		// And with the proof of a request that was listened to.
		Seen heard = this.server.seen.get(this.server.seen.size() - 1);
		assertThat(status(client.post()
			.uri(uri)
			.header("Authorization", heard.authorization())
			.header("DPoP", String.valueOf(heard.proof())))).isEqualTo(401);
	}

	@ParameterizedTest
	@EnumSource(value = Nonces.class, names = { "CURRENT", "EACH" })
	void aWishForANonceIsAnsweredOnceAndTheNonceIsRemembered(Nonces nonces) {
		this.lumoAuth.nonces = nonces;
		this.server.nonces = nonces;
		assertThat(restClient()).isEqualTo("done");
		assertThat(problems(this.lumoAuth)).containsExactly("use_dpop_nonce", "", "");
		assertThat(problems(this.server)).containsExactly("use_dpop_nonce", "");
		assertThat(restClient()).isEqualTo("done");
		assertThat(webClient()).isEqualTo("done");
		assertThat(problems(this.server)).containsExactly("use_dpop_nonce", "", "", "");
		assertThat(this.http.recentErrors()).isEmpty();
	}

	@Test
	void aNonceThatRollsOverCostsOneRequestAndNoToken() {
		this.lumoAuth.nonces = Nonces.CURRENT;
		this.server.nonces = Nonces.CURRENT;
		LumoAuthClient client = new LumoAuthClient(this.http, this.tokens);
		restClient();
		String token = this.tokens.exchange(A).getTokenValue();
		IntStream.range(0, 5).forEach((i) -> {
			this.server.rollOver();
			this.lumoAuth.rollOver();
			assertThat((i % 2 == 0) ? restClient() : webClient()).isEqualTo("done");
			client.budgetPolicy();
		});
		assertThat(this.tokens.exchange(A).getTokenValue()).isEqualTo(token);
		assertThat(this.lumoAuth.seen("/oauth/token")).hasSize(3);
		assertThat(this.server.seen).hasSize(12);
	}

	@ParameterizedTest
	@EnumSource(value = Nonces.class, names = { "NEVER_CONTENT", "UNSAID" })
	void aServerThatIsNeverContentGetsTwoRequestsAtMostAndNoOtherToken(Nonces nonces) {
		this.server.nonces = nonces;
		int each = (nonces == Nonces.UNSAID) ? 1 : 2;
		assertThatExceptionOfType(HttpClientErrorException.Unauthorized.class).isThrownBy(this::restClient);
		assertThat(this.server.seen).hasSize(each);
		assertThat(webClient()).isEqualTo("401");
		assertThat(this.server.seen).hasSize(2 * each);
		assertThat(this.lumoAuth.seen("/oauth/token")).hasSize(2);
		assertThat(all()).extracting(Seen::authorization).doesNotContain("Bearer");
	}

	@ParameterizedTest
	@EnumSource(value = Nonces.class, names = { "NEVER_CONTENT", "UNSAID" })
	void lumoAuthThatIsNeverContentIsAFailureWithWords(Nonces nonces) {
		this.lumoAuth.nonces = nonces;
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(this.tokens::agentToken)
			.withMessageContaining("nonce");
		assertThat(this.lumoAuth.seen).hasSize((nonces == Nonces.UNSAID) ? 1 : 2);
		this.lumoAuth.nonces = Nonces.NONE;
		this.tokens.agentToken();
		this.lumoAuth.nonces = nonces;
		this.lumoAuth.seen.clear();
		assertThatExceptionOfType(LumoAuthProtocolException.class)
			.isThrownBy(new LumoAuthClient(this.http, this.tokens)::budgetPolicy);
		assertThat(this.lumoAuth.seen).as("no token is asked for").allMatch((request) -> request.body().isEmpty());
		assertThat(this.lumoAuth.seen).hasSize((nonces == Nonces.UNSAID) ? 1 : 2);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aNonceThatIsOverAndATokenThatIsRevokedAreBothMended(boolean web) {
		this.server.nonces = Nonces.CURRENT;
		restClient();
		this.server.revoked.add(this.tokens.exchange(A).getTokenValue());
		this.server.rollOver();
		this.server.seen.clear();
		assertThat(web ? webClient() : restClient()).isEqualTo("done");
		assertThat(problems(this.server)).containsExactly("invalid_token", "");
	}

	private OAuth2AccessTokenResponse device(String code) {
		return this.tokens.request(new AuthorizationGrantType("urn:ietf:params:oauth:grant-type:device_code"),
				Map.of("device_code", code));
	}

	@ParameterizedTest
	@ValueSource(strings = { "authorization_pending", "slow_down", "expired_token", "access_denied" })
	void aRefusalIsNotSentAgainBecauseANonceCameWithIt(String error) {
		this.lumoAuth.nonces = Nonces.CURRENT;
		this.tokens.agentToken();
		this.lumoAuth.seen.clear();
		this.lumoAuth.tokenError = error;
		Class<? extends Exception> expected = error.equals("expired_token") || error.equals("access_denied")
				? Exception.class : NoTokenYetException.class;
		assertThatExceptionOfType(expected).isThrownBy(() -> device("req-1"));
		assertThat(this.lumoAuth.seen).hasSize(1);
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> this.tokens.exchange(A));
		assertThat(this.lumoAuth.seen).hasSize(2);
	}

	@Test
	void aPollIsSentTwiceOnlyForItsNonce() {
		this.lumoAuth.nonces = Nonces.CURRENT;
		this.tokens.agentToken();
		this.lumoAuth.rollOver();
		this.lumoAuth.seen.clear();
		assertThat(device("req-1").getAccessToken().getTokenType()).isEqualTo(OAuth2AccessToken.TokenType.DPOP);
		assertThat(problems(this.lumoAuth)).containsExactly("use_dpop_nonce", "");
	}

	@Test
	void theCredentialsAreShownAnewWithAnotherNonce() {
		this.agent.credentials = (clientId) -> counting(clientId);
		agent(true);
		this.lumoAuth.nonces = Nonces.CURRENT;
		this.tokens.agentToken();
		assertThat(this.lumoAuth.seen).extracting(Seen::body)
			.satisfiesExactly((body) -> assertThat(body).contains("client_assertion=assertion-1"),
					(body) -> assertThat(body).contains("client_assertion=assertion-2"));
	}

	private AgentCredentials counting(String clientId) {
		AgentCredentials post = AgentCredentials.clientSecretPost(clientId, "s3cret");
		return new AgentCredentials() {
			@Override
			public String clientId() {
				return clientId;
			}

			@Override
			public ClientAuthenticationMethod method() {
				return post.method();
			}

			@Override
			public void addTo(HttpHeaders headers, MultiValueMap<String, String> form) {
				form.set("client_assertion", "assertion-" + BoundTokenTests.this.assertions.incrementAndGet());
			}
		};
	}

	@Test
	void aBearerTokenIsRefusedWhereABoundOneWasAskedFor() {
		this.lumoAuth.tokenType = "Bearer";
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(this.tokens::agentToken)
			.withMessageContaining("lumoauth.dpop.enabled")
			.withMessageNotContaining("MARKER");
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(this::restClient);
		assertThat(this.server.seen).isEmpty();
	}

	@Test
	void aBoundTokenIsRefusedWhereNoProofWasSent() {
		LumoAuthTokens bearer = bearer();
		this.lumoAuth.tokenType = "dpop";
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(bearer::agentToken)
			.withMessageContaining("'token_type' is not Bearer");
	}

	private LumoAuthTokens bearer() {
		this.agent.customizer = (tokens) -> {
		};
		return this.agent.tokens(this.agent.http());
	}

	@Test
	void aProofThatIsNotAcceptedIsAnErrorThatSpeaksOfTheClockAndDoesNotShowTheProof() {
		this.lumoAuth.tokenError = "invalid_dpop_proof";
		assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(this.tokens::agentToken)
			.withMessageContaining("clock")
			.withMessageContaining("lumoauth.dpop")
			.satisfies((failure) -> assertThat(failure.getMessage())
				.doesNotContain(String.valueOf(this.lumoAuth.seen.get(0).proof()))
				.doesNotContain("eyJ"));
		assertThat(this.lumoAuth.seen).hasSize(1);
		assertThat(this.http.recentErrors().toString()).doesNotContain("eyJ");
	}

	@Test
	void onlyTheTargetsThatDemandItGetBoundTokensWhereNotAllAreBound() {
		agent(false);
		this.lumoAuth.tokenType = "Bearer";
		TokenTarget plain = new TokenTarget(A, null, Set.of());
		String agentToken = this.tokens.agentToken().getTokenValue();
		String bearer = this.tokens.exchange(plain).getTokenValue();
		assertThat(this.lumoAuth.seen).extracting(Seen::proof).containsExactly(null, null);
		this.lumoAuth.tokenType = "DPoP";
		OAuth2AccessToken bound = this.tokens.exchange(new TokenTarget(A, null, Set.of(), true));
		assertThat(bound.getTokenType()).isEqualTo(OAuth2AccessToken.TokenType.DPOP);
		assertThat(bound.getTokenValue()).isNotEqualTo(bearer);
		assertThat(this.lumoAuth.seen).hasSize(3);
		assertThat(this.lumoAuth.seen.get(2).body()).contains("subject_token=" + agentToken);
		assertThat(this.tokens.exchange(plain).getTokenValue()).isEqualTo(bearer);
		assertThat(this.tokens.exchange(new TokenTarget(A, null, Set.of(), true))).isSameAs(bound);
	}

	@Test
	void aTargetThatDemandsABoundTokenGetsNoneOfAnAgentWithoutAKey() {
		LumoAuthTokens bearer = bearer();
		assertThatIllegalStateException().isThrownBy(() -> bearer.exchange(new TokenTarget(A, null, Set.of(), true)))
			.withMessageContaining("no key");
	}

	@Test
	void theThumbprintOfTheKeyIsKnownOnceItIsUsed() {
		agent(false);
		assertThat(this.tokens.keyThumbprint()).isNull();
		this.lumoAuth.tokenType = "Bearer";
		this.tokens.agentToken();
		assertThat(this.tokens.keyThumbprint()).isNull();
		this.lumoAuth.tokenType = "DPoP";
		this.tokens.exchange(new TokenTarget(A, null, Set.of(), true));
		assertThat(this.tokens.keyThumbprint()).isEqualTo(this.proofs.thumbprint());
	}

	@Test
	void anotherKeyGetsTokensOfItsOwn() {
		restClient();
		this.proofs.use(SigningKey.generate());
		this.lumoAuth.seen.clear();
		assertThat(restClient()).isEqualTo("done");
		assertThat(this.lumoAuth.seen).hasSize(2);
		assertThat(all()).extracting(Seen::problem).containsOnly("");
	}

	@Test
	void springSecuritysClientsAreRefused() {
		OAuth2AuthorizationContext context = OAuth2AuthorizationContext
			.withClientRegistration(ClientRegistration.withRegistrationId(A)
				.clientId("agt_test")
				.authorizationGrantType(AuthorizationGrantType.TOKEN_EXCHANGE)
				.tokenUri(this.lumoAuth.url() + "/oauth/token")
				.build())
			.principal(new TestingAuthenticationToken("app", "x"))
			.build();
		assertThatIllegalStateException()
			.isThrownBy(() -> new LumoAuthTokenExchangeProvider(this.tokens).authorize(context))
			.withMessageContaining("lumoauth.dpop.enabled");
		assertThat(this.lumoAuth.seen).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(value = Nonces.class, names = { "NONE", "CURRENT", "EACH" })
	void manyThreadsSendManyRequestsEachWithAProofOfItsOwn(Nonces nonces) throws Exception {
		this.lumoAuth.nonces = nonces;
		this.server.nonces = nonces;
		RestClient client = RestClient.builder()
			.requestFactory(requests())
			.requestInterceptor(new AuthorizationInterceptor(WireAgent.requests(this.tokens, A, this.server.url())))
			.build();
		List<Future<String>> answers = IntStream.range(0, 64 * 4 * TIMES)
			.mapToObj((i) -> this.threads.submit(() -> post(client)))
			.toList();
		for (Future<String> answer : answers) {
			assertThat(answer.get()).isEqualTo("done");
		}
		assertThat(this.lumoAuth.seen).hasSizeLessThanOrEqualTo(4);
		assertThat(all()).extracting(Seen::problem).isSubsetOf("", "use_dpop_nonce");
		assertThat(problems(this.server).stream().filter("use_dpop_nonce"::equals)).hasSizeLessThanOrEqualTo(64);
	}

	/**
	 * The nonce that was remembered last is another server's, most of the time.
	 */
	@Test
	void aRequestIsSentAgainWithTheNonceOfItsOwnRefusal() throws Exception {
		this.server.nonces = Nonces.PER_PATH;
		RestClient blocking = RestClient.builder()
			.requestFactory(requests())
			.requestInterceptor(new AuthorizationInterceptor(WireAgent.requests(this.tokens, A, this.server.url())))
			.build();
		WebClient reactive = WebClient.builder()
			.clientConnector(new JdkClientHttpConnector(HttpClient.newHttpClient()))
			.apply(new AuthorizationFilterFunction(WireAgent.requests(this.tokens, A, this.server.url()))
				.configuration())
			.build();
		List<Future<Integer>> answers = IntStream.range(0, 300 * TIMES).mapToObj((i) -> this.threads.submit(() -> {
			String uri = this.server.url() + "/" + i % 7;
			return (i % 2 == 0) ? status(blocking.get().uri(uri))
					: reactive.get()
						.uri(uri)
						.exchangeToMono((response) -> Mono.just(response.statusCode().value()))
						.block();
		})).toList();
		for (Future<Integer> answer : answers) {
			assertThat(answer.get()).isEqualTo(200);
		}
	}

	@Test
	void aProofIsForTheAddressAsTheServerKnowsItWithoutTheQuery() {
		RestClient client = RestClient.builder()
			.requestFactory(requests())
			.requestInterceptor(new AuthorizationInterceptor(WireAgent.requests(this.tokens, A, this.server.url())))
			.build();
		for (String path : List.of("", "/", "/a?b=c", "/a/../b", "/%7Euser/%c3%a9?q=%20", "/a%2Fb")) {
			assertThat(status(client.get().uri(URI.create(this.server.url() + path)))).isEqualTo(200);
		}
	}

	private String restClient() {
		return post(RestClient.builder()
			.requestFactory(requests())
			.requestInterceptor(new AuthorizationInterceptor(WireAgent.requests(this.tokens, A, this.server.url())))
			.build());
	}

	private String post(RestClient client) {
		String body = client.post().uri(this.server.url() + "/mcp").body("body").retrieve().body(String.class);
		return String.valueOf(body).contains("true") ? "done" : "nothing";
	}

	private String webClient() {
		WebClient client = WebClient.builder()
			.clientConnector(new JdkClientHttpConnector(HttpClient.newHttpClient()))
			.apply(new AuthorizationFilterFunction(WireAgent.requests(this.tokens, A, this.server.url()))
				.configuration())
			.build();
		return String
			.valueOf(client.post()
				.uri(this.server.url() + "/mcp")
				.bodyValue("body")
				.exchangeToMono((response) -> response.statusCode().is2xxSuccessful()
						? response.releaseBody().thenReturn("done")
						: response.releaseBody().then(Mono.just("" + response.statusCode().value())))
				.block(Duration.ofSeconds(60)));
	}

	private static String call(Callable<String> request) {
		try {
			return request.call();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static JdkClientHttpRequestFactory requests() {
		return new JdkClientHttpRequestFactory(HttpClient.newHttpClient());
	}

	private static int status(RestClient.RequestHeadersSpec<?> request) {
		return request.exchange((sent, response) -> response.getStatusCode().value());
	}

	private List<Seen> all() {
		return Stream.concat(this.lumoAuth.seen.stream(), this.server.seen.stream()).toList();
	}

	private static List<String> problems(ProvingServer server) {
		return server.seen.stream().map(Seen::problem).toList();
	}

}
