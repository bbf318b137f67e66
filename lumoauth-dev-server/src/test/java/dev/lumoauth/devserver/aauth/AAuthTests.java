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

package dev.lumoauth.devserver.aauth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.JSONObjectUtils;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.ServerTests;
import dev.lumoauth.devserver.TestKeys;

/**
 * Base of the tests in which agents and resources sign their requests.
 */
abstract class AAuthTests extends ServerTests {

	static final String AGENT = "https://signing.example";

	static final String RESOURCE = "https://resource.example";

	static final String ASKING = "https://asking.example/api";

	static final String ED = "EdDSA";

	static final String RSA = "PS512";

	long now() {
		return this.clock.instant().getEpochSecond();
	}

	static String json(Object... namesAndValues) {
		return JSONObjectUtils.toJSONString(map(namesAndValues));
	}

	static Map<String, Object> map(Object... namesAndValues) {
		Map<String, Object> map = new LinkedHashMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			map.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
		}
		return map;
	}

	static String thumbprint(TestKeys keys, String algorithm) {
		try {
			return keys.publicKey(algorithm).computeThumbprint().toString();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static String jwt(String type, TestKeys keys, String algorithm, Map<String, Object> claims) {
		return keys.sign(new JWSHeader.Builder(JWSAlgorithm.parse(algorithm)).type(new JOSEObjectType(type))
			.keyID(keys.publicKey(algorithm).getKeyID())
			.build(), claims);
	}

	Map<String, Object> agentClaims(String agent, TestKeys keys, String algorithm) {
		return map("iss", agent, "sub", agent, "iat", now(), "exp", now() + 3600, "jti", UUID.randomUUID().toString(),
				"aud", this.client.url() + ACME_ORG, "cnf", Map.of("jwk", keys.publicKey(algorithm).toJSONObject()));
	}

	String agentToken() {
		return jwt("agent+jwt", TestKeys.AGENTS, ED, agentClaims(AGENT, TestKeys.AGENTS, ED));
	}

	Map<String, Object> resourceClaims(String resource, String scope) {
		return map("iss", resource, "aud", this.client.url() + ACME_ORG, "agent", AGENT, "agent_jkt",
				thumbprint(TestKeys.AGENTS, ED), "scope", scope, "iat", now(), "exp", now() + 300, "jti",
				UUID.randomUUID().toString());
	}

	String resourceToken(String resource, String scope) {
		return jwt("resource+jwt", TestKeys.PLATFORMS, ED, resourceClaims(resource, scope));
	}

	Signing request(String path, Object... body) {
		return Signing.of(this.client, now(), path, json(body));
	}

	/** A request of the agent that signs by Ed25519. */
	Answer signed(String path, Object... body) {
		return request(ACME_ORG + "/aauth/" + path, body).with(agentToken()).sign(TestKeys.AGENTS, ED).send();
	}

	Answer token(String type, Object... body) {
		List<Object> all = new ArrayList<>(List.of("request_type", type));
		all.addAll(List.of(body));
		return signed("agent/token", all.toArray());
	}

	/** A request of the resource, without a token: its key says who it is. */
	Answer byResource(String path, Object... body) {
		return request(ACME_ORG + "/aauth/" + path, body).sign(TestKeys.PLATFORMS, ED).send();
	}

	Answer platformToken(String... scopes) {
		List<Object> body = new ArrayList<>(
				List.of("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token", agentToken(),
						"subject_token_type", "urn:lumoauth:params:oauth:token-type:aauth-token"));
		if (scopes.length > 0) {
			body.addAll(List.of("scope", String.join(" ", scopes)));
		}
		return signed("agent/platform-token", body.toArray());
	}

}
