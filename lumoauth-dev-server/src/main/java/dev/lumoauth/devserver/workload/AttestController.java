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

package dev.lumoauth.devserver.workload;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.devserver.config.DevProperties;
import dev.lumoauth.devserver.oauth.OwnTokens;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.ErrorAnswer;
import dev.lumoauth.devserver.web.RateLimiter;
import dev.lumoauth.devserver.web.RequestLog;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code agents/{agentId}/attest}: exchanges a platform's token for a token of the agent.
 * If the platform's token is invalid, the reason is in this server's log, and not in the
 * answer.
 */
@RestController
class AttestController {

	private static final String RETRY_AFTER = "60";

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final Workloads workloads;

	private final OwnTokens tokens;

	private final RateLimiter limiter;

	private final Clock clock;

	AttestController(Workloads workloads, OwnTokens tokens, DevProperties properties, Clock clock) {
		this.workloads = workloads;
		this.tokens = tokens;
		this.limiter = new RateLimiter(properties.limits().attestationsPerMinute(), clock);
		this.clock = clock;
	}

	@PostMapping(ApiPaths.TENANT + "/agents/{agent}/attest")
	ResponseEntity<Map<String, Object>> attest(@PathVariable String agent,
			@RequestBody(required = false) byte @Nullable [] body, HttpServletRequest request,
			HttpServletResponse response) {
		limit(agent, request, response);
		Workload workload = verify(token(body), agent, request);
		String denial = workload.agent().credentials().accessPolicyDenial();
		if (denial != null) {
			RequestLog.note(request, "access_policy_denied " + denial);
			throw ApiException.of(ErrorAnswer
				.api(HttpStatus.FORBIDDEN, "access_policy_denied", "The access policy denies the attestation")
				.withEntry("reason_code", denial));
		}
		OAuth2AccessToken token = this.tokens.issue(workload);
		RequestLog.note(request, "attested " + workload.agent().id());
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("access_token", token.getTokenValue());
		answer.put("token_type", "Bearer");
		answer.put("expires_in",
				Duration.between(this.clock.instant(), token.getExpiresAt()).plusMillis(999).toSeconds());
		answer.put("scope", String.join(" ", token.getScopes()));
		Map<String, Object> identity = new LinkedHashMap<>();
		identity.put("provider", workload.identity().provider().id());
		identity.put("subject", workload.subject());
		identity.put("issuer", workload.identity().issuer());
		identity.put("audience_generic", workload.isAudienceGeneric());
		answer.put("identity", identity);
		return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(answer);
	}

	private void limit(String agent, HttpServletRequest request, HttpServletResponse response) {
		String known = CurrentTenant.get().agent(agent).map(Agent::id).orElse("");
		boolean isRefused = this.limiter.refuse("address " + request.getRemoteAddr(), response) != null
				|| this.limiter.refuse("agent %s/%s".formatted(CurrentTenant.get().slug(), known), response) != null;
		if (isRefused) {
			throw ApiException
				.api(HttpStatus.TOO_MANY_REQUESTS, "rate_limit_exceeded", "Too many attestations in a minute")
				.with(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
		}
	}

	private static String token(byte @Nullable [] body) {
		JsonNode json = null;
		try {
			json = JSON.readTree((body != null) ? body : new byte[0]);
		}
		catch (JacksonException ex) {
			// Its message repeats the body, and the token in it.
		}
		if (json == null || !json.isObject()) {
			throw ApiException.api(HttpStatus.BAD_REQUEST, "invalid_json", "The body is not a JSON object");
		}
		JsonNode token = json.get("attestation_token");
		if (token == null || !token.isString() || !StringUtils.hasText(token.asString())) {
			throw ApiException.api(HttpStatus.BAD_REQUEST, "missing_attestation_token",
					"'attestation_token' is missing");
		}
		return token.asString();
	}

	private Workload verify(String token, String id, HttpServletRequest request) {
		try {
			return this.workloads.find(token, CurrentTenant.get().agent(id).map(List::of).orElse(List.of()));
		}
		catch (WorkloadRefusedException ex) {
			RequestLog.note(request, "attestation_rejected: " + ex.getMessage());
			throw ApiException.api(HttpStatus.UNAUTHORIZED, "attestation_rejected", "The attestation is rejected");
		}
	}

}
