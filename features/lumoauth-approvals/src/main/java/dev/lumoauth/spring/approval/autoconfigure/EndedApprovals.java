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

package dev.lumoauth.spring.approval.autoconfigure;

import java.util.List;

import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.autoconfigure.actuate.EndpointOperation;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Ends requests for an operator, and says why one can't be ended.
 */
final class EndedApprovals implements EndpointOperation {

	private final AgentRuntimes agents;

	EndedApprovals(AgentRuntimes agents) {
		this.agents = agents;
	}

	@Override
	public String part() {
		return "approvals";
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * {@code cancel} cancels a request whose call has not begun; {@code release} says
	 * that a person has looked at what a call did that has begun and whose process has
	 * died, so that the same call can ask again.
	 */
	@Override
	public Object change(String id, String action) {
		return switch (action) {
			case "cancel" -> cancel(this.agents.all(), id);
			case "release" -> release(this.agents.all(), id);
			default -> throw new IllegalArgumentException("Use cancel or release");
		};
	}

	/**
	 * Cancel a request whose call has not begun.
	 */
	static EndedApproval cancel(List<AgentRuntime> agents, String id) {
		return end(agents, id, false, "The call has begun. Look at what it did, and then use the action 'release'.");
	}

	/**
	 * Let go of a call that has begun, and whose end is not known.
	 */
	static EndedApproval release(List<AgentRuntime> agents, String id) {
		return end(agents, id, true, "The call has not begun. Use the action 'cancel'.");
	}

	private static EndedApproval end(List<AgentRuntime> agents, String id, boolean begun, String otherwise) {
		for (AgentRuntime agent : agents) {
			LumoAuthApprovals approvals = agent.find(LumoAuthApprovals.class);
			Approval running = (approvals != null) ? find(approvals.undecided(), id) : null;
			Approval waiting = (approvals != null) ? find(approvals.pending(), id) : null;
			Approval known = (running != null) ? running : waiting;
			if (approvals != null && known != null) {
				return (begun == (running != null)) ? end(approvals, known)
						: new EndedApproval(id, known.state().code(), otherwise);
			}
		}
		return new EndedApproval(id, null, "There is no open request with this id.");
	}

	private static @Nullable Approval find(List<Approval> listed, String id) {
		return listed.stream().filter((each) -> each.id().equals(id)).findFirst().orElse(null);
	}

	private static EndedApproval end(LumoAuthApprovals approvals, Approval known) {
		try {
			return new EndedApproval(known.id(), approvals.cancel(known.id()).state().code(), null);
		}
		catch (IllegalStateException ex) { // says where the call runs
			return new EndedApproval(known.id(), known.state().code(), String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * A request for a person's approval that was to be ended.
	 *
	 * @param id its id
	 * @param state its state now; {@code null} if there is no such request
	 * @param problem why nothing was done; {@code null} if it is ended
	 */
	record EndedApproval(String id, @Nullable String state, @Nullable String problem) implements OperationResponseBody {

	}

}
