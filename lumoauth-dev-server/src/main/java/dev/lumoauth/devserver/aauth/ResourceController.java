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
import org.jspecify.annotations.Nullable;

import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.oauth.IssuedToken;
import dev.lumoauth.devserver.state.AAuthResource;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * The endpoints for resources: they issue a token that an agent then presents to this
 * server, and check the tokens that a resource receives. The resource signs these
 * requests.
 */
@RestController
class ResourceController {

	private static final String ACTIVE = "active";

	private static final String ERROR = "error";

	private static final String RESOURCE = "resource";

	private final Signers signers;

	private final ResourceTokens resourceTokens;

	private final AuthTokens authTokens;

	ResourceController(Signers signers, ResourceTokens resourceTokens, AuthTokens authTokens) {
		this.signers = signers;
		this.resourceTokens = resourceTokens;
		this.authTokens = authTokens;
	}

	@PostMapping(ApiPaths.TENANT + "/aauth/resource/token")
	ResponseEntity<Map<String, @Nullable Object>> issue(@RequestBody(required = false) byte @Nullable [] body,
			HttpServletRequest request) {
		AAuthResource resource = signer(body, request);
		JsonBody json = json(body);
		if (!json.scopes().stream().allMatch(resource::takes)) {
			throw AAuthErrors.badRequest("invalid_scope", "The resource has no such scope");
		}
		Map<String, @Nullable Object> answer = new LinkedHashMap<>();
		answer.put("resource_token", this.resourceTokens.issue(resource, json));
		answer.put("token_type", ResourceTokens.TYPE);
		answer.put("expires_in", ResourceTokens.LIFETIME.toSeconds());
		RequestLog.note(request, "aauth resource token of " + resource.id());
		return answer(answer);
	}

	@PostMapping(ApiPaths.TENANT + "/aauth/resource/token/verify")
	ResponseEntity<Map<String, @Nullable Object>> verifyResourceToken(
			@RequestBody(required = false) byte @Nullable [] body, HttpServletRequest request) {
		AAuthResource resource = signer(body, request);
		JsonBody json = json(body);
		String agent = json.required("agent");
		String thumbprint = json.required("agent_jkt");
		Map<String, @Nullable Object> answer = new LinkedHashMap<>();
		try {
			ResourceToken token = this.resourceTokens.verify(json.required("resource_token"), request);
			if (!token.resource().equals(resource)) {
				throw AAuthErrors.forbidden("The resource_token is another resource's");
			}
			boolean isActive = token.agent().equals(agent) && token.thumbprint().equals(thumbprint);
			answer.put(ACTIVE, isActive);
			answer.put(RESOURCE, resource.identifier());
			if (isActive) {
				answer.put("scope", String.join(" ", token.scopes()));
				answer.put("auth_request_url", token.authRequestUrl());
			}
			else {
				answer.put(ERROR, "key_binding_failed");
			}
		}
		catch (InvalidTokenException ex) {
			RequestLog.note(request, "resource_token: " + ex.description());
			answer.put(ACTIVE, false);
			answer.put(ERROR, "invalid_resource_token");
		}
		return answer(answer);
	}

	@PostMapping(ApiPaths.TENANT + "/aauth/auth/token/verify")
	ResponseEntity<Map<String, @Nullable Object>> verifyAuthToken(@RequestBody(required = false) byte @Nullable [] body,
			HttpServletRequest request) {
		AAuthResource resource = signer(body, request);
		JsonBody json = json(body);
		String named = json.text(RESOURCE);
		if (named != null && !named.equals(resource.identifier())) {
			throw AAuthErrors.forbidden("The request is signed by another resource than it names");
		}
		IssuedToken token = this.authTokens.find(CurrentTenant.get(), json.required("auth_token"));
		Map<String, @Nullable Object> answer = new LinkedHashMap<>();
		boolean isActive = token != null && token.audience().contains(resource.identifier());
		answer.put(ACTIVE, isActive);
		if (token != null && isActive) {
			answer.put("agent", token.claims().get("agent"));
			answer.put("agent_delegate", token.claims().get("agent_delegate"));
			answer.put(RESOURCE, resource.identifier());
			answer.put("sub", token.claims().get("sub"));
			answer.put("scope", String.join(" ", token.scopes()));
			answer.put("cnf_jkt", token.thumbprint());
			answer.put("act", token.actor());
		}
		else {
			answer.put(ERROR, "invalid_auth_token");
		}
		answer.put("pop_required", true);
		return answer(answer);
	}

	private AAuthResource signer(byte @Nullable [] body, HttpServletRequest request) {
		return this.signers.resource(request, (body != null) ? body : new byte[0]);
	}

	private static JsonBody json(byte @Nullable [] body) {
		return JsonBody.of((body != null) ? body : new byte[0]);
	}

	private static ResponseEntity<Map<String, @Nullable Object>> answer(Map<String, @Nullable Object> answer) {
		answer.values().removeIf((value) -> value == null);
		return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(answer);
	}

}
