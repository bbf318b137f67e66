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

package dev.lumoauth.spring.test;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import dev.lumoauth.spring.test.AgentQuestion.Answer;
import dev.lumoauth.spring.test.AgentQuestion.Kind;

import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.util.StringUtils;

/**
 * LumoAuth's token endpoint. The tokens are JWTs with the claims of LumoAuth's tokens,
 * signed with a key that nobody has: no server accepts them.
 */
final class TestTokens {

	private static final int LIFE_SECONDS = 3600;

	private final TestAgent agent;

	private final byte[] key = new byte[32];

	TestTokens(TestAgent agent) {
		this.agent = agent;
		new SecureRandom().nextBytes(this.key);
	}

	Map<String, Object> issue(String body, HttpHeaders headers, AgentAnswers answers, URI endpoint) {
		Map<String, String> form = form(body);
		String scope = form.getOrDefault("scope", String.join(" ", answers.named()));
		Instant now = Instant.now();
		JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
			.issuer(endpoint.toString().replaceAll("/oauth/token$", ""))
			.jwtID(UUID.randomUUID().toString())
			.claim("scope", scope)
			.issueTime(Date.from(now))
			.expirationTime(Date.from(now.plusSeconds(LIFE_SECONDS)));
		Map<String, Object> response = new LinkedHashMap<>();
		if (form.containsKey("subject_token")) {
			exchange(form, claims);
			response.put("issued_token_type", "urn:ietf:params:oauth:token-type:access_token");
		}
		else {
			claims.subject(clientId(form, headers));
		}
		String proof = headers.getFirst("DPoP");
		if (proof != null) {
			claims.claim("cnf", Map.of("jkt", thumbprint(proof)));
		}
		response.put("access_token", sign(claims.build(), this.key));
		response.put("token_type", (proof != null) ? "DPoP" : "Bearer");
		response.put("expires_in", LIFE_SECONDS);
		response.put("scope", scope);
		return response;
	}

	/**
	 * Return what gives the access tokens of users: of the issuer, and with the claims,
	 * of LumoAuth's.
	 * @param environment has the address of LumoAuth
	 */
	static UnaryOperator<String> ofUsers(Environment environment) {
		String tenant = environment.getProperty("lumoauth.tenant", "");
		String issuer = environment.getProperty("lumoauth.url", "").replaceAll("/+$", "")
				+ (tenant.isEmpty() ? "/orgs/" + environment.getProperty("lumoauth.org-id") : "/t/" + tenant)
				+ "/api/v1";
		byte[] key = new byte[32];
		new SecureRandom().nextBytes(key);
		return (user) -> {
			Instant now = Instant.now();
			return sign(new JWTClaimsSet.Builder().issuer(issuer)
				.subject(user)
				.claim("client_id", "test-application")
				.issueTime(Date.from(now))
				.expirationTime(Date.from(now.plusSeconds(LIFE_SECONDS)))
				.build(), key);
		};
	}

	private void exchange(Map<String, String> form, JWTClaimsSet.Builder claims) {
		String subjectToken = form.getOrDefault("subject_token", "");
		JWTClaimsSet subject = claims(subjectToken);
		String name = (subject.getSubject() != null) ? subject.getSubject() : subjectToken;
		claims.subject(name);
		String actorToken = form.get("actor_token");
		Object act = subject.getClaim("act");
		if (actorToken != null) {
			Map<String, Object> actor = new HashMap<>();
			actor.put("sub", claims(actorToken).getSubject());
			if (act != null) {
				actor.put("act", act);
			}
			act = actor;
		}
		if (act != null) {
			claims.claim("act", act);
		}
		String audience = form.get("audience");
		String resource = form.get("resource");
		String target = (audience != null) ? audience : resource;
		if (target != null) {
			claims.audience(target);
		}
		this.agent.record(new AgentQuestion(Kind.EXCHANGE, (target != null) ? target : "LumoAuth", Answer.YES, resource,
				(actorToken != null) ? name : null));
	}

	/**
	 * Return the subject of the request's token.
	 */
	static String subject(HttpHeaders headers) {
		String authorization = headers.getFirst(HttpHeaders.AUTHORIZATION);
		String subject = (authorization != null)
				? claims(authorization.substring(authorization.indexOf(' ') + 1)).getSubject() : null;
		return (subject != null) ? subject : "unknown";
	}

	/**
	 * The key to which a token is bound: that of the proof of possession (RFC 9449),
	 * which is not verified here.
	 */
	private static String thumbprint(String proof) {
		try {
			return SignedJWT.parse(proof).getHeader().getJWK().computeThumbprint().toString();
		}
		catch (ParseException | JOSEException ex) {
			throw new IllegalArgumentException("The DPoP header is not a proof", ex);
		}
	}

	private static String clientId(Map<String, String> form, HttpHeaders headers) {
		String authorization = headers.getFirst(HttpHeaders.AUTHORIZATION);
		if (authorization != null && authorization.startsWith("Basic ")) {
			String decoded = new String(Base64.getDecoder().decode(authorization.substring("Basic ".length())),
					StandardCharsets.UTF_8);
			return decode(decoded.substring(0, decoded.indexOf(':')));
		}
		return form.getOrDefault("client_id", "unknown");
	}

	/**
	 * The user's token may be any text that the test made up.
	 */
	private static JWTClaimsSet claims(String token) {
		try {
			JWTClaimsSet claims = JWTParser.parse(token).getJWTClaimsSet();
			return (claims != null) ? claims : new JWTClaimsSet.Builder().build();
		}
		catch (ParseException | RuntimeException ex) {
			return new JWTClaimsSet.Builder().build();
		}
	}

	private static String sign(JWTClaimsSet claims, byte[] key) {
		try {
			SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
			token.sign(new MACSigner(key));
			return token.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException("No token could be made", ex);
		}
	}

	private static Map<String, String> form(String body) {
		Map<String, String> form = new HashMap<>();
		for (String pair : StringUtils.delimitedListToStringArray(body, "&")) {
			int equals = pair.indexOf('=');
			if (equals > 0) {
				form.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
			}
		}
		return form;
	}

	private static String decode(String text) {
		return URLDecoder.decode(text, StandardCharsets.UTF_8);
	}

}
