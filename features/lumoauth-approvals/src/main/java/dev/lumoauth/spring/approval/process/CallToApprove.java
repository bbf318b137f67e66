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

package dev.lumoauth.spring.approval.process;

import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.approval.ApprovalRequirement;
import dev.lumoauth.spring.guard.CallArguments;
import org.jspecify.annotations.Nullable;

/**
 * A call as the guard passes it to the {@link Approvals}.
 *
 * @param tool the name of the tool, or the method with its class
 * @param code what runs: the object whose method is called, or the tool; {@code null} if
 * the name says it all, as of a static method
 * @param user the user, or {@code null} if there is none
 * @param arguments reads the arguments; called only if there is something to decide, and
 * once more when an approved call begins
 * @param requirement the approval that the call needs, or {@code null} for none
 * @param capabilities the capabilities to ask for because the agent lacks them
 * @param invocation identifies the call, the same object at each guard around it;
 * {@code null} if there is one guard only
 */
record CallToApprove(String tool, @Nullable Object code, @Nullable String user, Supplier<CallArguments> arguments,
		@Nullable ApprovalRequirement requirement, List<String> capabilities, @Nullable Object invocation) {

	/**
	 * Create a call with one guard around it.
	 * @param tool see above
	 * @param code see above
	 * @param user see above
	 * @param arguments see above
	 * @param requirement see above
	 * @param capabilities see above
	 */
	public CallToApprove(String tool, @Nullable Object code, @Nullable String user, Supplier<CallArguments> arguments,
			@Nullable ApprovalRequirement requirement, List<String> capabilities) {
		this(tool, code, user, arguments, requirement, capabilities, null);
	}

	/**
	 * Of a tool's call, the invocation is the text of the arguments.
	 */
	@Override
	public String toString() {
		return "CallToApprove[" + this.tool + ", user=" + this.user + "]";
	}

}
