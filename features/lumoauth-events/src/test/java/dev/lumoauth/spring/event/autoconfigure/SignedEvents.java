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
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.token.key.RsaTestKeys;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;

/**
 * What LumoAuth sends, signed with a key of its own or with another.
 */
final class SignedEvents {

	static final String CAPABILITIES = "https://schemas.openid.net/secevent/caep/event-type/token-claims-change";

	static final String SESSION = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";

	static final String DISABLED = "https://schemas.openid.net/secevent/risc/event-type/account-disabled";

	static final String API = "/t/acme/api/v1";

	static final String SECRET = "a-secret-of-the-webhook";

	static final RSAKey KEY = RsaTestKeys.own("key-1");

	static final RSAKey FOREIGN = RsaTestKeys.foreign("key-1");

	private SignedEvents() {
	}

	/**
	 * Have LumoAuth say who it is, and give the agent tokens that name it.
	 */
	static void stub(WireMockExtension lumoAuth) {
		String issuer = issuer(lumoAuth);
		lumoAuth.stubFor(get(urlPathEqualTo(API + "/.well-known/ssf-configuration")).willReturn(
				okJson("{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + issuer + "/.well-known/jwks.json\"}")));
		lumoAuth.stubFor(get(urlPathEqualTo(API + "/.well-known/jwks.json"))
			.willReturn(okJson(new JWKSet(KEY.toPublicJWK()).toString())));
		lumoAuth.stubFor(post(urlPathEqualTo(API + "/oauth/token"))
			.willReturn(okJson("{\"access_token\":\"" + ownToken("agt_1") + "\",\"token_type\":\"Bearer\","
					+ "\"expires_in\":3600,\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}")));
	}

	static String ownToken(String subject) {
		return sign(KEY, "at+jwt",
				new JWTClaimsSet.Builder().subject("agent_" + subject).jwtID(UUID.randomUUID().toString()).build());
	}

	static String issuer(WireMockExtension lumoAuth) {
		return lumoAuth.baseUrl() + API;
	}

	static String event(String issuer, String type, String client) {
		return event(KEY, issuer, type, Map.of("format", "opaque", "id", client), (claims) -> {
		});
	}

	static String event(RSAKey key, String issuer, String type, Map<String, ?> subject,
			Consumer<JWTClaimsSet.Builder> change) {
		JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().issuer(issuer)
			.audience("agt_1")
			.jwtID(UUID.randomUUID().toString())
			.claim("iat", Instant.now().getEpochSecond())
			.claim("events", Map.of(type, Map.of("subject", subject)));
		change.accept(claims);
		return sign(key, "secevent+jwt", claims.build());
	}

	static String sign(RSAKey key, String type, JWTClaimsSet claims) {
		try {
			SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID())
				.type(new JOSEObjectType(type))
				.build(), claims);
			token.sign(new RSASSASigner(key));
			return token.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static String webhook(String type, Map<String, ?> data) {
		Map<String, Object> webhook = new LinkedHashMap<>();
		webhook.put("id", UUID.randomUUID().toString());
		webhook.put("type", type);
		webhook.put("timestamp", Instant.now().toString());
		webhook.put("data", data);
		return new String(LumoAuthJson.write(webhook), StandardCharsets.UTF_8);
	}

	static String hmac(String secret, String body) {
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
			return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static List<String> properties(WireMockExtension lumoAuth) {
		return List.of("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.tenant=acme", "lumoauth.client-id=agt_1",
				"lumoauth.client-secret=pa55word-of-the-agent", "lumoauth.events.ssf.enabled=true",
				"lumoauth.events.ssf.authorization-token=token-of-the-stream", "lumoauth.events.webhook.enabled=true",
				"lumoauth.events.webhook.secrets=" + SECRET + ",the-secret-before-that");
	}

}
