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

package dev.lumoauth.mcpserver.security;

import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Set;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtException;

import dev.lumoauth.mcpserver.Issuer;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.temporaryRedirect;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LumoAuthJwtDecoder}.
 */
class LumoAuthJwtDecoderTests {

	@RegisterExtension
	static final WireMockExtension LUMO_AUTH = WireMockExtension.newInstance().build();

	private final Issuer issuer = new Issuer(LUMO_AUTH);

	private final LumoAuthJwtDecoder decoder = decoder(null);

	@Test
	void asksNothingBeforeTheFirstTokenAndThenOnce() {
		this.issuer.open();
		assertThat(this.issuer.requests()).isZero();
		this.decoder.decode(this.issuer.token());
		this.decoder.decode(this.issuer.token());
		assertThat(this.issuer.requests()).as("metadata and keys").isEqualTo(2);
	}

	@Test
	void remembersNoFailure() {
		LUMO_AUTH.stubFor(get(anyUrl()).willReturn(aResponse().withStatus(503)));
		refuses("The metadata at %s/.well-known/oauth-authorization-server cannot be read"
			.formatted(this.issuer.url()));
		this.issuer.open();
		assertThat(this.decoder.decode(this.issuer.token()).getSubject()).isEqualTo(Issuer.AGENT);
	}

	@Test
	void saysOfNoTokenThatItIsWrongWhileTheKeysCannotBeRead() {
		this.issuer.open();
		LUMO_AUTH.stubFor(get(Issuer.PATH + "/oauth/jwks").atPriority(1).willReturn(aResponse().withStatus(503)));
		refuses("503 Service Unavailable");
	}

	@Test
	void followsNoRedirect() {
		this.issuer.open();
		LUMO_AUTH.stubFor(get(Issuer.PATH + "/.well-known/oauth-authorization-server").atPriority(1)
			.willReturn(temporaryRedirect("/elsewhere")));
		LUMO_AUTH.stubFor(get("/elsewhere").willReturn(okJson(
				"{\"issuer\":\"%s\",\"jwks_uri\":\"%s/oauth/jwks\"}".formatted(this.issuer.url(), this.issuer.url()))));
		assertThatExceptionOfType(JwtException.class).isThrownBy(() -> this.decoder.decode(this.issuer.token()))
			.isNotInstanceOf(BadJwtException.class);
		LUMO_AUTH.verify(0, getRequestedFor(urlEqualTo("/elsewhere")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"issuer\":\"https://evil.example/t/acme-corp/api/v1\",\"jwks_uri\":\"%s/oauth/jwks\"}",
			"{\"issuer\":\"%s\",\"jwks_uri\":\"http://keys.example/jwks\"}", "{\"issuer\":\"%s\"}", "{}" })
	void believesNoMetadataThatNamesAnother(String metadata) {
		LUMO_AUTH.stubFor(get(Issuer.PATH + "/.well-known/oauth-authorization-server")
			.willReturn(okJson(metadata.replace("%s", this.issuer.url()))));
		refuses("names an issuer of another origin, or keys that are not read over https");
	}

	@Test
	void usesTheConfiguredIssuerAndKeysWithoutAskingForMetadata() {
		this.issuer.open();
		decoder(this.issuer.url()).decode(this.issuer.token());
		assertThat(this.issuer.requests()).as("keys").isEqualTo(1);
	}

	private void refuses(String message) {
		assertThatExceptionOfType(JwtException.class).isThrownBy(() -> this.decoder.decode(this.issuer.token()))
			.isNotInstanceOf(BadJwtException.class)
			.withMessageContaining(message);
	}

	private LumoAuthJwtDecoder decoder(@Nullable String configured) {
		ServerProperties properties = new ServerProperties(URI.create(LUMO_AUTH.baseUrl()), "acme-corp", null,
				configured, (configured != null) ? URI.create(configured + "/oauth/jwks") : null, Issuer.AUDIENCE,
				"mcp:financial", Set.of(SignatureAlgorithm.RS256), null, List.of(), List.of(), false, false);
		return new SecurityConfiguration().jwtDecoder(properties, Clock.systemUTC());
	}

}
