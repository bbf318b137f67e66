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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.jose.Thumbprints;
import dev.lumoauth.devserver.oauth.OwnTokens;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * {@code aauth/agent/platform-token}: exchanges an agent's own AAuth token for an access
 * token that LumoAuth's other resources accept, with proofs by the same key.
 */
@RestController
class PlatformTokenController {

	private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

	private static final String AAUTH_TOKEN = "urn:lumoauth:params:oauth:token-type:aauth-token";

	private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

	private final Signers signers;

	private final SigningAgents agents;

	private final AgentTokens agentTokens;

	private final OwnTokens tokens;

	private final Clock clock;

	PlatformTokenController(Signers signers, SigningAgents agents, AgentTokens agentTokens, OwnTokens tokens,
			Clock clock) {
		this.signers = signers;
		this.agents = agents;
		this.agentTokens = agentTokens;
		this.tokens = tokens;
		this.clock = clock;
	}

	@PostMapping(ApiPaths.TENANT + "/aauth/agent/platform-token")
	ResponseEntity<Map<String, Object>> token(@RequestBody(required = false) byte @Nullable [] body,
			HttpServletRequest request, HttpServletResponse response) {
		byte[] bytes = (body != null) ? body : new byte[0];
		JsonBody json = JsonBody.of(bytes);
		Signer signer = this.signers.agent(request, response, bytes, json.text("subject_token"));
		if (!json.required("grant_type").equals(EXCHANGE) || !json.required("subject_token_type").equals(AAUTH_TOKEN)) {
			throw AAuthErrors.invalidRequest(
					"'grant_type' is not %s, or 'subject_token_type' is not %s".formatted(EXCHANGE, AAUTH_TOKEN));
		}
		checkSubject(signer, json.required("subject_token"), request);
		Agent agent = this.agents.permitted(signer, request);
		Set<String> scopes = json.scopes();
		if (!agent.grantableScopes().containsAll(scopes)) {
			throw AAuthErrors.badRequest("invalid_scope", "A scope was asked for that the agent does not have");
		}
		OAuth2AccessToken token = this.tokens.issue(agent, scopes, signer.thumbprint());
		RequestLog.note(request, "aauth platform-token of " + agent.id());
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("access_token", token.getTokenValue());
		answer.put("issued_token_type", ACCESS_TOKEN);
		answer.put("token_type", "DPoP");
		answer.put("expires_in",
				Duration.between(this.clock.instant(), token.getExpiresAt()).plusMillis(999).toSeconds());
		answer.put("scope", String.join(" ", token.getScopes()));
		answer.put("agent_id", agent.id());
		answer.put("cnf_jkt", signer.thumbprint());
		return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(answer);
	}

	/**
	 * The token may differ from the one in the header, but has to be of the same agent
	 * and key.
	 */
	private void checkSubject(Signer signer, String token, HttpServletRequest request) {
		AgentToken subject;
		try {
			subject = this.agentTokens.verify(token, List.of(signer.identity()), request);
		}
		catch (InvalidTokenException ex) {
			throw AAuthErrors.unauthorized("invalid_agent_token", "The subject_token: " + ex.description());
		}
		if (!Thumbprints.of(subject.key()).equals(signer.thumbprint())) {
			throw AAuthErrors.unauthorized("key_binding_failed",
					"The subject_token is for another key than the request's");
		}
	}

}
