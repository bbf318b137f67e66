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

package dev.lumoauth.compatibility;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.capability.CapabilityDeniedException;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * What works on every class path: guarded methods, tokens, the budget, and pages if there
 * is a server.
 */
@Component
@Order(0)
class EverywhereReport implements ApplicationRunner {

	private final Documents documents;

	private final LumoAuthAgent agent;

	private final Environment environment;

	EverywhereReport(Documents documents, LumoAuthAgent agent, Environment environment) {
		this.documents = documents;
		this.agent = agent;
		this.environment = environment;
	}

	@Override
	public void run(ApplicationArguments args) throws Exception {
		CompatibleApplication.say("method", this.documents.read());
		try {
			CompatibleApplication.say("refused method", this.documents.delete());
		}
		catch (CapabilityDeniedException ex) {
			CompatibleApplication.say("refused method", ex.getMessage());
		}
		CompatibleApplication.say("exchanged token", this.agent.mcpToken("urn:mcp:financial-data").getTokenValue());
		CompatibleApplication.say("budget exhausted", this.agent.isBudgetExhausted());
		Integer port = this.environment.getProperty("local.server.port", Integer.class);
		if (port != null) {
			HttpRequest page = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/delete")).build();
			CompatibleApplication.say("page",
					HttpClient.newHttpClient().send(page, BodyHandlers.discarding()).statusCode());
		}
	}

}
