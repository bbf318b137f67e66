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

package dev.lumoauth.spring.aauth.agent;

import java.net.URI;
import java.util.List;
import java.util.Set;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.http.MediaType;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;

import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.credentials.AgentCredentials;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.unauthorized;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link AAuthClients}.
 */
class AAuthClientsTests {

	private static final String PATH = "/documents?page=1";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension resource = WireMockExtension.newInstance().build();

	private final Wire wire = new Wire(lumoAuth, resource);

	private AAuthClients clients;

	@BeforeEach
	void clients() {
		this.wire.challenges();
		lumoAuth.stubFor(Wire.asked("auth").willReturn(Wire.token("auth-1", "refresh-1")));
		lumoAuth.stubFor(Wire.asked("refresh").willReturn(Wire.token("auth-2", null)));
		this.clients = clients(this.wire.target("documents", null));
	}

	private AAuthClients clients(AAuthTarget target) {
		AAuthTargets targets = this.wire.targets(target);
		LumoAuthTokens tokens = LumoAuthTokens.builder()
			.clock(this.wire.clock)
			.protocol(targets)
			.build(this.wire.http(), AgentCredentials.clientSecretPost("agent", "secret"));
		return new AAuthClients(tokens, targets);
	}

	@Test
	void requestOfARestClientCarriesTheTokenAndIsSigned() {
		resource.stubFor(withToken("auth-1").willReturn(ok("done")));
		assertThat(call(restClient())).isEqualTo("done");
		assertThat(call(restClient())).isEqualTo("done");
		assertSigned("auth-1", "auth-1");
		lumoAuth.verify(1, anyRequestedFor(anyUrl()));
	}

	@Test
	void requestOfAWebClientCarriesTheTokenAndIsSigned() {
		resource.stubFor(withToken("auth-1").willReturn(ok("done")));
		assertThat(call(webClient())).isEqualTo("done");
		assertThat(call(webClient())).isEqualTo("done");
		assertSigned("auth-1", "auth-1");
		lumoAuth.verify(1, anyRequestedFor(anyUrl()));
	}

	@Test
	void requestThatIsSentAgainWithAnotherTokenIsSignedAnew() {
		resource.stubFor(withToken("auth-1").willReturn(unauthorized()));
		resource.stubFor(withToken("auth-2").willReturn(ok("done")));
		assertThat(call(restClient())).isEqualTo("done");
		assertSigned("auth-1", "auth-2");
	}

	@Test
	void requestOfAWebClientThatIsSentAgainWithAnotherTokenIsSignedAnew() {
		resource.stubFor(withToken("auth-1").willReturn(unauthorized()));
		resource.stubFor(withToken("auth-2").willReturn(ok("done")));
		assertThat(call(webClient())).isEqualTo("done");
		assertSigned("auth-1", "auth-2");
	}

	@Test
	void resourceThatTakesNoTokenHasTheLastWord() {
		resource.stubFor(post(urlEqualTo(PATH)).willReturn(unauthorized()));
		assertThatExceptionOfType(HttpClientErrorException.Unauthorized.class).isThrownBy(() -> call(restClient()));
		assertThatExceptionOfType(WebClientResponseException.Unauthorized.class).isThrownBy(() -> call(webClient()));
		assertThat(resource.findAll(postRequestedFor(anyUrl()))).hasSizeLessThanOrEqualTo(4);
	}

	@Test
	void nothingIsSentToAnotherOrigin() {
		RestClient elsewhere = RestClient.builder()
			.baseUrl(lumoAuth.baseUrl())
			.requestInterceptor(this.clients.interceptor("documents"))
			.build();
		assertThatIllegalStateException().isThrownBy(() -> call(elsewhere))
			.withMessageContaining("leads to another server");
		WebClient reactive = WebClient.builder()
			.baseUrl(lumoAuth.baseUrl())
			.apply(this.clients.configuration("documents"))
			.build();
		assertThatIllegalStateException().isThrownBy(() -> call(reactive))
			.withMessageContaining("leads to another server");
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(PATH)));
	}

	@Test
	void redirectIsNotFollowedByAClientThatIsToldNotTo() {
		resource.stubFor(post(urlEqualTo(PATH))
			.willReturn(aResponse().withStatus(307).withHeader("Location", lumoAuth.baseUrl() + PATH)));
		restClient().post().uri(PATH).retrieve().toBodilessEntity();
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(PATH)));
	}

	@Test
	void resourceThatIsNotConfiguredHasNoClient() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.clients.interceptor("other"))
			.withMessageContaining("lumoauth.aauth.targets.other.resource");
		assertThatIllegalArgumentException().isThrownBy(() -> this.clients.configuration("other"));
	}

	@Test
	void identifierAndAddressAreAtOneServer() {
		URI url = URI.create(resource.baseUrl());
		AAuthClients others = clients(
				new AAuthTarget("lumoauth.aauth.targets.documents", "https://other.example.com", url, Set.of(), null));
		assertThatIllegalStateException().isThrownBy(() -> others.interceptor("documents"));
	}

	private static MappingBuilder withToken(String token) {
		return post(urlEqualTo(PATH)).withHeader("Authorization", equalTo("Bearer " + token));
	}

	private RestClient restClient() {
		return RestClient.builder()
			.baseUrl(resource.baseUrl())
			.requestFactory(this.wire.requestFactory())
			.requestInterceptor(this.clients.interceptor("documents"))
			.build();
	}

	private WebClient webClient() {
		return WebClient.builder().baseUrl(resource.baseUrl()).apply(this.clients.configuration("documents")).build();
	}

	private static String call(RestClient client) {
		return client.post().uri(PATH).contentType(MediaType.TEXT_PLAIN).body("text").retrieve().body(String.class);
	}

	private static String call(WebClient client) {
		return client.post()
			.uri(PATH)
			.contentType(MediaType.TEXT_PLAIN)
			.bodyValue("text")
			.retrieve()
			.bodyToMono(String.class)
			.block();
	}

	/**
	 * What was received carries these tokens, and each request a signature of its own
	 * that covers its token.
	 */
	private void assertSigned(String... tokens) {
		List<LoggedRequest> received = resource.findAll(postRequestedFor(urlEqualTo(PATH)));
		assertThat(received).extracting((request) -> request.getHeader("Authorization"))
			.containsExactlyInAnyOrder(
					List.of(tokens).stream().map((token) -> "Bearer " + token).toArray(String[]::new));
		Received verifier = new Received(this.wire);
		assertThat(received).allMatch((request) -> verifier.verified(request, this.wire.key))
			.allMatch((request) -> request.getHeader("Signature-Input").contains("\"authorization\""))
			.allMatch((request) -> request.getBodyAsString().equals("text"));
	}

}
