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

import java.util.LinkedHashMap;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.config.AAuthProperties.ConsentAnswer;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * {@code aauth/agent/token}: exchanges a resource token for a token of LumoAuth.
 */
@RestController
class TokenController {

	private final Signers signers;

	private final SigningAgents agents;

	private final RequestAuthorizer requests;

	private final AuthTokens tokens;

	TokenController(Signers signers, SigningAgents agents, RequestAuthorizer requests, AuthTokens tokens) {
		this.signers = signers;
		this.agents = agents;
		this.requests = requests;
		this.tokens = tokens;
	}

	@PostMapping(ApiPaths.TENANT + "/aauth/agent/token")
	ResponseEntity<Map<String, Object>> token(@RequestBody(required = false) byte @Nullable [] body,
			HttpServletRequest request, HttpServletResponse response) {
		byte[] bytes = (body != null) ? body : new byte[0];
		Signer signer = this.signers.agent(request, response, bytes);
		JsonBody json = JsonBody.of(bytes);
		String type = json.required("request_type");
		Agent agent = this.agents.permitted(signer, request);
		return switch (type) {
			case "auth" -> auth(signer, agent, json, request);
			case "code" -> answer(type, this.requests.code(signer, agent, json), true, request);
			case "exchange" -> answer(type, this.requests.exchange(signer, agent, json, request), false, request);
			case "refresh" -> answer(type, this.requests.refresh(signer, agent, json, request), false, request);
			default -> throw AAuthErrors.invalidRequest("'request_type' is not auth, code, exchange or refresh");
		};
	}

	private ResponseEntity<Map<String, Object>> auth(Signer signer, Agent agent, JsonBody json,
			HttpServletRequest request) {
		RequestAuthorizer.Answer answer = this.requests.auth(signer, agent, json, request);
		if (answer.requestToken() == null) {
			return answer("auth", answer.grant(), true, request);
		}
		RequestLog.note(request,
				"aauth: a user has to consent to %s at %s".formatted(agent.id(), answer.grant().resource().id()));
		boolean isUrl = CurrentTenant.get().settings().aauth().consentAnswer() == ConsentAnswer.AUTH_URL;
		String query = "?request_token=" + answer.requestToken();
		Map<String, Object> body = new LinkedHashMap<>();
		if (isUrl) {
			body.put("auth_url", ApiPaths.issuerOf(request) + ConsentController.REDIRECT + query);
		}
		else {
			body.put("authorization_uri", ApiPaths.consentOf(request) + query);
		}
		body.put("request_token", answer.requestToken());
		body.put("expires_in", Consents.REQUEST_LIFETIME.toSeconds());
		return isUrl ? ResponseEntity.status(HttpStatus.UNAUTHORIZED)
			.cacheControl(CacheControl.noStore())
			.header(AAuthErrors.CHALLENGE_HEADER, AAuthErrors.CHALLENGE)
			.body(body) : ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(body);
	}

	private ResponseEntity<Map<String, Object>> answer(String type, AuthGrant grant, boolean withRefreshToken,
			HttpServletRequest request) {
		RequestLog.note(request,
				"aauth %s of %s at %s".formatted(type, grant.agent().id(), grant.resource().identifier()));
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("request_type", type);
		answer.put("auth_token", this.tokens.issue(type, grant));
		answer.put("expires_in", AuthTokens.LIFETIME.toSeconds());
		answer.put("token_type", AuthTokens.TYPE);
		if (withRefreshToken) {
			answer.put("refresh_token", this.tokens.refreshTokens().issue(grant));
		}
		return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(answer);
	}

}
