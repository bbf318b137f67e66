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

package dev.lumoauth.spring.approval.channel;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalQuestion;
import dev.lumoauth.spring.approval.ShownText;

/**
 * A call as authorization details (RFC 9396 section 2), in LumoAuth's type for tool
 * calls.
 */
final class ToolInvocation {

	private ToolInvocation() {
	}

	/**
	 * Return the authorization details of a question.
	 * @param question the question, with the arguments that may be shown
	 * @return one object of authorization details
	 */
	static Map<String, Object> of(ApprovalQuestion question) {
		Approval approval = question.approval();
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("type", "tool_invocation");
		details.put("actions", List.of("execute"));
		details.put("identifier", tool(approval));
		if (!approval.audiences().isEmpty()) {
			details.put("locations", approval.audiences());
		}
		if (approval.capabilities().size() == 1) {
			details.put("capability", approval.capabilities().get(0));
		}
		else if (!approval.capabilities().isEmpty()) {
			details.put("capabilities", approval.capabilities());
		}
		details.put("arguments", question.shownArguments());
		details.put("impact", approval.impact().code());
		if (approval.call().user() != null) {
			details.put("user", ShownText.of(approval.call().user()));
		}
		return details;
	}

	/**
	 * Return the name of the tool as a person sees it: another server may have given it.
	 */
	static String tool(Approval approval) {
		return ShownText.of(approval.tool());
	}

}
