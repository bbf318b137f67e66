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

package dev.lumoauth.demo.page;

import java.net.URI;
import java.util.List;

import dev.lumoauth.demo.analyst.ResearchAnalyst;
import dev.lumoauth.demo.start.DemoUser;
import dev.lumoauth.demo.start.Surroundings;
import dev.lumoauth.demo.start.UsageReport;

import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/**
 * The page for talking to the agent. {@code GET /chat/events} sends the page what to
 * show.
 */
@Controller
class PageController {

	private static final List<String> EXAMPLES = List.of(ResearchAnalyst.QUESTION,
			"What was the revenue of Globex in Q2?", "Send the report \"Q3 performance\" to the board.",
			"Search documents about travel, even if you are not offered the tool.");

	private final Surroundings surroundings;

	private final DemoUser user;

	private final UsageReport usage;

	PageController(Surroundings surroundings, DemoUser user, UsageReport usage) {
		this.surroundings = surroundings;
		this.user = user;
		this.usage = usage;
	}

	@GetMapping("/")
	String page(Model model) {
		model.addAttribute("told", this.usage.isTold());
		URI console = this.surroundings.console();
		model.addAttribute("console", console);
		model.addAttribute("inbox", (console != null) ? console.resolve("console/inbox") : null);
		model.addAttribute("user", this.user.name());
		model.addAttribute("examples", EXAMPLES);
		return "page";
	}

}
