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

package dev.lumoauth.spring.user;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.core.DefaultOAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthentication;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class BearerUserTokenResolverTests {

	private static final String OURS = "https://lumo.example.com/t/acme";

	private final List<Map<String, Object>> asked = new ArrayList<>();

	private final BearerUserTokenResolver resolver = new BearerUserTokenResolver((claims) -> {
		this.asked.add(claims);
		return OURS.equals(String.valueOf(claims.get("iss")));
	});

	private static Jwt jwt(String type, Map<String, Object> claims) {
		Jwt.Builder jwt = Jwt.withTokenValue("value").header("alg", "RS256").subject("alice").issuer(OURS);
		if (type != null) {
			jwt.header("typ", type);
		}
		return jwt.claims((all) -> all.putAll(claims)).build();
	}

	private UserToken resolve(Jwt jwt) {
		return this.resolver.resolve(new JwtAuthenticationToken(jwt, List.of()));
	}

	private UserToken introspected(String value, Map<String, Object> attributes) {
		OAuth2AccessToken token = new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, value, null, null);
		return this.resolver.resolve(new BearerTokenAuthentication(
				new DefaultOAuth2AuthenticatedPrincipal("alice", attributes, AuthorityUtils.NO_AUTHORITIES), token,
				List.of()));
	}

	private static String signed(String type, Map<String, Object> claims) throws Exception {
		JWTClaimsSet.Builder all = new JWTClaimsSet.Builder().subject("alice");
		claims.forEach(all::claim);
		JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256)
			.type((type != null) ? new JOSEObjectType(type) : null)
			.build();
		SignedJWT jwt = new SignedJWT(header, all.build());
		jwt.sign(new MACSigner("a key of thirty-two bytes or more"));
		return jwt.serialize();
	}

	@ParameterizedTest
	@ValueSource(strings = { "at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt" })
	void takesWhatSaysThatItIsAnAccessToken(String type) {
		assertThat(resolve(jwt(type, Map.of()))).isEqualTo(UserToken.of("value"));
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "JWT", "jwt", "application/jwt" })
	void takesWhatHasWhatAccessTokensHave(String type) {
		assertThat(resolve(jwt(type, Map.of("scope", "mcp:read")))).isNotNull();
		assertThat(resolve(jwt(type, Map.of("scp", List.of("mcp:read"))))).isNotNull();
		assertThat(resolve(jwt(type, Map.of("client_id", "app", "auth_time", 1, "azp", "app")))).isNotNull();
		assertThat(resolve(jwt(type, Map.of("azp", "app", "auth_time", 1, "name", "Alice")))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "nonce", "at_hash", "c_hash", "s_hash" })
	void takesNothingThatHasWhatIdTokensHave(String claim) {
		assertThat(resolve(jwt(null, Map.of("scope", "openid", "client_id", "app", claim, "x")))).isNull();
		assertThat(resolve(jwt("JWT", Map.of("scope", "openid", "client_id", "app", claim, "x")))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "logout+jwt", "id_token", "dpop+jwt", "agent+jwt", "application/x-at+jwt", "at+jwt2", "at",
			"" })
	void takesNothingOfAnotherType(String type) {
		assertThat(resolve(jwt(type, Map.of("scope", "mcp:read", "client_id", "app")))).isNull();
	}

	@Test
	void takesNothingOfAnotherIssuer() {
		assertThat(resolve(jwt("at+jwt", Map.of("iss", "https://accounts.example.com")))).isNull();
		assertThat(this.asked).isNotEmpty()
			.allSatisfy((claims) -> assertThat(claims).containsEntry("iss", "https://accounts.example.com"));
	}

	@Test
	void takesAnOpaqueTokenThatTheApplicationIntrospected() {
		assertThat(introspected("opaque", Map.of("active", true))).isEqualTo(UserToken.of("opaque"));
		assertThat(introspected("opaque", Map.of("iss", OURS))).isEqualTo(UserToken.of("opaque"));
		assertThat(introspected("a.b.c", Map.of("iss", OURS))).isEqualTo(UserToken.of("a.b.c"));
		assertThat(introspected("opaque", Map.of("iss", "https://accounts.example.com"))).isNull();
	}

	@Test
	void looksIntoAnIntrospectedTokenThatIsAJwt() throws Exception {
		Map<String, Object> active = Map.of("active", true);
		assertThat(introspected(signed(null, Map.of("iss", OURS, "scope", "x")), active)).isNotNull();
		assertThat(introspected(signed("at+jwt", Map.of()), active)).isNotNull();
		assertThat(introspected(signed(null, Map.of("iss", "https://accounts.example.com", "scope", "x")), active))
			.isNull();
		assertThat(introspected(signed(null, Map.of("iss", "https://accounts.example.com", "scope", "x")),
				Map.of("iss", OURS)))
			.isNull();
		assertThat(introspected(signed(null, Map.of("iss", OURS, "scope", "x", "nonce", "n")), active)).isNull();
		assertThat(introspected(signed("logout+jwt", Map.of("iss", OURS, "scope", "x")), active)).isNull();
	}

	@Test
	void takesNothingWhereNobodyCouldSayWhetherTheIssuerIsKnown() throws Exception {
		BearerUserTokenResolver failing = new BearerUserTokenResolver((claims) -> {
			throw new IllegalStateException("no answer");
		});
		OAuth2AccessToken token = new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER,
				signed("at+jwt", Map.of("iss", OURS)), null, null);
		assertThatIllegalStateException().isThrownBy(() -> failing.resolve(TestUsers.of(token, "alice")));
	}

	@Test
	void looksAtThePrincipalToo() {
		Jwt ours = jwt("at+jwt", Map.of());
		assertThat(this.resolver.resolve(TestUsers.of("", ours))).isEqualTo(UserToken.of(ours));
		assertThat(this.resolver.resolve(TestUsers.of("", jwt(null, Map.of("nonce", "n"))))).isNull();
	}

	@Test
	void knowsNothingOfALoginsIdToken() {
		OidcIdToken idToken = OidcIdToken.withTokenValue("id-token").subject("alice").issuer(OURS).build();
		Authentication login = new OAuth2AuthenticationToken(
				new DefaultOidcUser(AuthorityUtils.NO_AUTHORITIES, idToken), AuthorityUtils.NO_AUTHORITIES, "web");
		assertThat(this.resolver.resolve(login)).isNull();
		for (Object credentials : List.of("pass-word", idToken, new OAuth2RefreshToken("refresh", Instant.EPOCH),
				Map.of())) {
			assertThat(this.resolver.resolve(TestUsers.of(credentials, "alice"))).isNull();
			assertThat(this.resolver.resolve(TestUsers.of("", credentials))).isNull();
		}
		assertThat(this.asked).isEmpty();
	}

}
