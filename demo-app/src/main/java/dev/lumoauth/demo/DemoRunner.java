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

package dev.lumoauth.demo;

import java.util.ArrayList;
import java.util.List;

import dev.lumoauth.demo.analyst.ResearchAnalyst;
import dev.lumoauth.demo.journey.Journey;
import dev.lumoauth.demo.journey.JourneyListener;
import dev.lumoauth.demo.journey.JourneyReport;
import dev.lumoauth.demo.journey.Journeys;
import dev.lumoauth.demo.start.DemoUser;
import dev.lumoauth.demo.start.Surroundings;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Asks the guide's question once and prints what happened.
 */
@Component
class DemoRunner implements ApplicationRunner, ExitCodeGenerator {

	private final Journeys journeys;

	private final Surroundings surroundings;

	private final DemoUser user;

	private final ApplicationContext context;

	private int exitCode;

	DemoRunner(Journeys journeys, Surroundings surroundings, DemoUser user, ApplicationContext context) {
		this.journeys = journeys;
		this.surroundings = surroundings;
		this.user = user;
		this.context = context;
	}

	@Override
	public void run(ApplicationArguments args) {
		print(surroundings());
		Journey journey = this.journeys.ask(ResearchAnalyst.QUESTION, JourneyListener.NONE);
		print(JourneyReport.lines(journey));
		this.exitCode = journey.wentAsItShould() ? 0 : 1;
		Environment environment = this.context.getEnvironment();
		if (!environment.getProperty("demo.exit", Boolean.class, false)) {
			print(howToGoOn());
		}
	}

	@Override
	public int getExitCode() {
		return this.exitCode;
	}

	private List<String> surroundings() {
		List<String> lines = new ArrayList<>(List.of("", "   LumoAuth   " + this.surroundings.lumoAuth(),
				"   MCP server " + this.surroundings.mcpServer(), "   Model      " + this.surroundings.model()));
		if (this.user.name() != null) {
			lines.add("   User       " + this.user.name() + ", for whom the agent acts at the MCP server");
		}
		lines.addAll(List.of("   Question   " + ResearchAnalyst.QUESTION, ""));
		return lines;
	}

	private List<String> howToGoOn() {
		int port = (this.context instanceof WebServerApplicationContext web && web.getWebServer() != null)
				? web.getWebServer().getPort() : 0;
		String url = "http://localhost:" + port;
		return List.of("", "Still running: " + url + "/, POST /chat, /actuator/health, Ctrl-C to stop.", "",
				"  curl -s " + url + "/chat -H 'Content-Type: application/json' \\",
				"    -d '{\"message\":\"What was the revenue?\"}'", "  curl -s " + url + "/actuator/health", "");
	}

	private static void print(List<String> lines) {
		lines.forEach(System.out::println);
	}

}
