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
import org.springframework.util.Assert;

/**
 * Ends requests for an operator, and says why one can't be ended.
 */
record EndedApprovals(AgentRuntimes agents) implements EndpointOperation {

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
	public EndedApproval change(String id, String action) {
		boolean begun = action.equals("release");
		Assert.isTrue(begun || action.equals("cancel"), "Use cancel or release");
		for (AgentRuntime agent : this.agents.all()) {
			LumoAuthApprovals approvals = agent.find(LumoAuthApprovals.class);
			if (approvals == null) {
				continue;
			}
			Approval running = find(approvals.undecided(), id);
			Approval known = (running != null) ? running : find(approvals.pending(), id);
			if (known != null) {
				return (begun == (running != null)) ? end(approvals, known)
						: new EndedApproval(id, known.state().code(), begun
								? "The call has not begun. Use the action 'cancel'."
								: "The call has begun. Look at what it did, and then use the action 'release'.");
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
