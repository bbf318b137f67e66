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
import java.util.List;
import java.util.Map;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.ApiPaths;

/**
 * {@code me}: who the token's subject is, an agent or a user.
 */
@RestController
class MeController {

	@GetMapping(ApiPaths.TENANT + "/me")
	Map<String, Object> me(Caller caller) {
		Subject subject = caller.subject();
		Map<String, Object> me = new LinkedHashMap<>();
		me.put("subject_type", subject.type());
		me.put("id", subject.id());
		Agent agent = subject.agent();
		if (agent != null) {
			me.put("name", agent.name());
			me.put("capabilities", caller.capabilities());
		}
		User user = subject.user();
		if (user != null) {
			me.put("name", user.name());
			if (user.email() != null) {
				me.put("email", user.email());
			}
			me.put("roles", List.of());
		}
		String slug = caller.tenant().slug();
		me.put("tenant", Map.of("id", slug, "name", slug, "slug", slug));
		return me;
	}

}
