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

package dev.lumoauth.devserver.admin;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.approval.ApprovalRequest;
import dev.lumoauth.devserver.approval.Approvals;
import dev.lumoauth.devserver.approval.Verdict;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.Tenants;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * The part of the admin API that decides requests of agents in a user's name, for tests
 * and for the command line. Not a part of LumoAuth's API, which has no such operation for
 * push approvals.
 */
@RestController
@RequestMapping("/dev/tenants/{tenant}/inbox")
class ApprovalsController {

	private final Tenants tenants;

	private final Approvals approvals;

	ApprovalsController(Tenants tenants, Approvals approvals) {
		this.tenants = tenants;
		this.approvals = approvals;
	}

	@GetMapping
	Map<String, List<ApprovalView>> list(@PathVariable String tenant) {
		return Map.of("requests", this.approvals.list(find(tenant)).stream().map(ApprovalView::of).toList());
	}

	@PostMapping(path = "/{id}/{decision:approve|deny}", consumes = MediaType.APPLICATION_JSON_VALUE)
	ApprovalView decide(@PathVariable("tenant") String slug, @PathVariable String id, @PathVariable String decision,
			@RequestBody String body, HttpServletRequest http) {
		DecisionBody wanted = StrictJson.read(body, DecisionBody.class);
		Tenant tenant = find(slug);
		User user = tenant.user(String.valueOf(wanted.user()))
			.orElseThrow(() -> new IllegalArgumentException("'user' is not the username of a user of this tenant"));
		ApprovalRequest request = this.approvals.decide(tenant, id, user,
				new Verdict(decision.equals("approve"), wanted.ttl(), wanted.agentMessage(), wanted.notes()));
		RequestLog.note(http, "%s by %s".formatted(request.state().id(), user.username()));
		return ApprovalView.of(request);
	}

	private Tenant find(String tenant) {
		return this.tenants.find(tenant)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "tenant_not_found", "There is no such tenant"));
	}

	/**
	 * A decision.
	 *
	 * @param user the username of the user who decides
	 * @param ttl for how many seconds, by default as requested
	 * @param agentMessage a message to the agent
	 * @param notes notes that the agent never sees
	 */
	record DecisionBody(@Nullable String user, @Nullable Integer ttl,
			@JsonProperty("agent_message") @Nullable String agentMessage, @Nullable String notes) {

	}

}
