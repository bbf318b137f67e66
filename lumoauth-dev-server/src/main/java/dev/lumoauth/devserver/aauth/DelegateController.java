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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.oauth.TenantKeys;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * {@code aauth/agent/issue}: a token for one of an agent's instances, which has its own
 * key.
 */
@RestController
class DelegateController {

	private static final Duration LIFETIME = Duration.ofHours(1);

	private final Signers signers;

	private final SigningAgents agents;

	private final TenantKeys keys;

	private final Clock clock;

	DelegateController(Signers signers, SigningAgents agents, TenantKeys keys, Clock clock) {
		this.signers = signers;
		this.agents = agents;
		this.keys = keys;
		this.clock = clock;
	}

	@PostMapping(ApiPaths.TENANT + "/aauth/agent/issue")
	ResponseEntity<Map<String, Object>> issue(@RequestBody(required = false) byte @Nullable [] body,
			HttpServletRequest request, HttpServletResponse response) {
		byte[] bytes = (body != null) ? body : new byte[0];
		Signer signer = this.signers.agent(request, response, bytes, null);
		if (signer.otherDelegate() != null) {
			throw AAuthErrors.unauthorized("invalid_agent_token", "A delegate has no delegates");
		}
		JsonBody json = JsonBody.of(bytes);
		Agent agent = this.agents.permitted(signer, request);
		String delegate = json.required("delegate_sub");
		JWK key = key(json.json().get("delegate_public_key"));
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.SECONDS);
		String token = this.keys.sign(AgentTokens.TYPE,
				new JWTClaimsSet.Builder().issuer(signer.identity().identifier())
					.subject(delegate)
					.audience(audience(json.json().get("audience")))
					.issueTime(Date.from(now))
					.expirationTime(Date.from(now.plus(LIFETIME)))
					.jwtID(UUID.randomUUID().toString())
					.claim("cnf", Map.of("jwk", key.toPublicJWK().toJSONObject()))
					.build());
		RequestLog.note(request, "aauth delegate of " + agent.id());
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("agent_token", token);
		answer.put("token_type", AgentTokens.TYPE);
		answer.put("expires_in", LIFETIME.toSeconds());
		return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(answer);
	}

	private static JWK key(@Nullable JsonNode json) {
		JWK key = null;
		try {
			key = (json != null && json.isObject()) ? AgentTokens.publicKey(JSONObjectUtils.parse(json.toString()))
					: null;
		}
		catch (java.text.ParseException ex) {
			// The same as no value.
		}
		if (key == null) {
			throw AAuthErrors.invalidRequest("'delegate_public_key' is missing, or not a public JWK of Ed25519 or RSA");
		}
		return key;
	}

	private static List<String> audience(@Nullable JsonNode json) {
		List<String> audience = new ArrayList<>();
		if (json == null || json.isNull()) {
			return audience;
		}
		for (JsonNode element : json.isArray() ? json : List.of(json)) {
			if (!element.isString()) {
				throw AAuthErrors.invalidRequest("'audience' is neither a text nor a list of texts");
			}
			audience.add(element.asString());
		}
		return audience;
	}

}
