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

import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * {@code aauth/token/revoke}: revokes a token of the requesting agent. The answer does
 * not say whether there was a token.
 */
@RestController
class RevocationController {

	private final Signers signers;

	private final SigningAgents agents;

	private final AuthTokens tokens;

	RevocationController(Signers signers, SigningAgents agents, AuthTokens tokens) {
		this.signers = signers;
		this.agents = agents;
		this.tokens = tokens;
	}

	@PostMapping(ApiPaths.TENANT + "/aauth/token/revoke")
	Map<String, Object> revoke(@RequestBody(required = false) byte @Nullable [] body, HttpServletRequest request,
			HttpServletResponse response) {
		byte[] bytes = (body != null) ? body : new byte[0];
		Agent agent = this.agents.of(this.signers.agent(request, response, bytes, null));
		JsonBody json = JsonBody.of(bytes);
		String token = json.required("token");
		String type = json.text("token_type");
		boolean revoked = switch ((type != null) ? type : "auth_token") {
			case "auth_token" -> this.tokens.revoke((issued) -> issued.id().equals(token)
					&& issued.tenant().equals(CurrentTenant.get().slug()) && issued.clientId().equals(agent.id())) > 0;
			case "refresh_token" -> revokeRefreshToken(token, agent);
			default -> throw AAuthErrors.invalidRequest("'token_type' is not auth_token or refresh_token");
		};
		RequestLog.note(request, "aauth revoke by %s: %s".formatted(agent.id(), revoked ? "one" : "none"));
		return Map.of("revoked", true);
	}

	private boolean revokeRefreshToken(String token, Agent agent) {
		AuthGrant grant = this.tokens.refreshTokens().find(token);
		boolean isAgents = grant != null && grant.agent() == agent;
		if (isAgents) {
			this.tokens.refreshTokens().remove(token);
		}
		return isAgents;
	}

}
