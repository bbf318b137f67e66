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

package dev.lumoauth.docs.testing;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.user.OnBehalfOfUser;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@RestController
class FigureController {

	private final LumoAuthAgent agent;

	FigureController(LumoAuthAgent agent) {
		this.agent = agent;
	}

	@GetMapping("/figures/{metric}")
	@OnBehalfOfUser
	public String figures(@PathVariable String metric) {
		this.agent.mcpToken("urn:mcp:financial-data");
		return metric + " is $1.2M";
	}

}
