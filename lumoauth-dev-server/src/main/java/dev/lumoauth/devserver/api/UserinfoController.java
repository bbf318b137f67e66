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

import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.state.BudgetStatus;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;

/**
 * {@code GET|POST oauth/userinfo}: what an agent is, may, and has left to spend.
 */
@RestController
class UserinfoController {

	@RequestMapping(path = ApiPaths.TENANT + "/oauth/userinfo", method = { RequestMethod.GET, RequestMethod.POST })
	ResponseEntity<Map<String, Object>> userinfo(Caller caller) {
		if (caller.tenant().settings().userinfoRequiresOpenid() && !caller.scopes().contains("openid")) {
			throw ApiException.oauth(HttpStatus.FORBIDDEN, "insufficient_scope", "The openid scope is required")
				.with(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"insufficient_scope\", scope=\"openid\"");
		}
		Map<String, Object> userinfo = new LinkedHashMap<>();
		userinfo.put("sub", "agent_" + caller.agent().id());
		userinfo.put("name", caller.agent().name());
		userinfo.put("agent_id", caller.agent().id());
		userinfo.put("tenant", caller.tenant().slug());
		userinfo.put("identity_type", "agent");
		userinfo.put("capabilities", caller.agent().capabilities());
		userinfo.put("workload_identity", null);
		BudgetStatus budget = caller.agent().budget().status();
		if (budget != null) {
			userinfo.put("budget_policy", budget);
		}
		return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(userinfo);
	}

}
