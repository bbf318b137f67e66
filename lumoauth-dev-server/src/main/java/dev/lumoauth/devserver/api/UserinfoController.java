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

package dev.lumoauth.devserver.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.oauth.IssuedToken;
import dev.lumoauth.devserver.oauth.UserClaims;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.BudgetStatus;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;

/**
 * {@code GET|POST oauth/userinfo}: an agent's identity, capabilities and budget; or a
 * user's identity.
 */
@RestController
class UserinfoController {

	@RequestMapping(path = ApiPaths.TENANT + "/oauth/userinfo", method = { RequestMethod.GET, RequestMethod.POST })
	ResponseEntity<Map<String, Object>> userinfo(IssuedToken token) {
		Tenant tenant = CurrentTenant.get();
		Optional<Map<String, Object>> agent = tenant.agent(token.subject())
			.map((subject) -> agent(subject, tenant, token));
		Map<String, Object> userinfo = agent
			.or(() -> tenant.userById(token.subject()).map((subject) -> user(subject, tenant, token)))
			.orElseThrow();
		return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(userinfo);
	}

	private static Map<String, Object> agent(Agent agent, Tenant tenant, IssuedToken token) {
		if (tenant.settings().userinfoRequiresOpenid()) {
			requireOpenid(token);
		}
		Map<String, Object> userinfo = new LinkedHashMap<>();
		userinfo.put("sub", "agent_" + agent.id());
		userinfo.put("name", agent.name());
		userinfo.put("agent_id", agent.id());
		userinfo.put("tenant", tenant.slug());
		userinfo.put("identity_type", "agent");
		userinfo.put("capabilities", agent.capabilities());
		userinfo.put("workload_identity", agent.credentials().workloadIdentity());
		BudgetStatus budget = agent.budget().status();
		if (budget != null) {
			userinfo.put("budget_policy", budget);
		}
		return userinfo;
	}

	/**
	 * OpenID Connect Core 1.0, section 5.3: {@code sub} is that of the ID token. LumoAuth
	 * has {@code identity_type} for others than users only.
	 */
	private static Map<String, Object> user(User user, Tenant tenant, IssuedToken token) {
		requireOpenid(token);
		Map<String, Object> userinfo = new LinkedHashMap<>();
		userinfo.put("sub", user.id());
		userinfo.put("tenant", tenant.slug());
		userinfo.putAll(UserClaims.of(user, token.scopes()));
		return userinfo;
	}

	private static void requireOpenid(IssuedToken token) {
		if (!token.scopes().contains("openid")) {
			throw ApiException.oauth(HttpStatus.FORBIDDEN, "insufficient_scope", "The openid scope is required")
				.with(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"insufficient_scope\", scope=\"openid\"");
		}
	}

}
