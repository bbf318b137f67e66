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

package dev.lumoauth.docs.approvals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.docs.ServerProcess;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.http.LumoAuthHttp;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls that wait for a person, beside calls that need an answer of LumoAuth, with the
 * limits of LumoAuth's documents.
 */
@Tag("nightly")
class RateLimitsIT {

	@Test
	void noCheckIsRefusedBesideFifteenWaitingRequests() {
		try (ServerProcess lumoAuth = new ServerProcess("lumoauth-dev-server.jar", Map.of(),
				"--dev.limits.api-requests-per-minute=100");
				ConfigurableApplicationContext application = start(lumoAuth)) {
			LumoAuthApprovals approvals = application.getBean(LumoAuthApprovals.class);
			LumoAuthAgent agent = application.getBean(LumoAuthAgent.class);
			List<Approval> waiting = new ArrayList<>();
			for (int i = 0; i < 15; i++) {
				waiting.add(approvals.request("refund", CallArguments.of(Map.of("amount", i)),
						new ApprovalRule("Refund {amount}", Impact.HIGH, "", List.of())));
			}
			for (int i = 0; i < 14; i++) {
				assertThat(agent.hasCapability("read:documents")).isTrue();
				assertThat(approvals.await(waiting.get(i).id(), Duration.ofMillis(500)).state())
					.isEqualTo(ApprovalState.PENDING);
			}
			assertThat(application.getBean(LumoAuthHttp.class).recentErrors()).isEmpty();
		}
	}

	private static ConfigurableApplicationContext start(ServerProcess lumoAuth) {
		Map<String, Object> properties = new HashMap<>(lumoAuth.variables());
		properties.put("spring.config.name", "approvals");
		properties.put("spring.main.banner-mode", "off");
		properties.put("lumoauth.capabilities.cache.allow-ttl", "0s");
		// Longer than the first answers of a server on a busy machine take.
		properties.put("lumoauth.max-wait", "30s");
		properties.put("lumoauth.read-timeout", "30s");
		// So often that the requests of a minute would be used up in seven seconds.
		properties.put("lumoauth.approvals.poll-interval", "1s");
		return new SpringApplicationBuilder(ApprovalsApplication.class).web(WebApplicationType.NONE)
			.properties(properties)
			.run();
	}

}
