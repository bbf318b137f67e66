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

package dev.lumoauth.spring.tool;

import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.guard.Ticket;

/**
 * The arguments of a tool's call. An approved call receives the text that was approved. A
 * tool with an untyped parameter distinguishes {@code 1} and {@code 1.0}, which are one
 * number to the person who approves.
 *
 * @param written the arguments as the model wrote them
 * @param approved the arguments in canonical form. The text object identifies the call at
 * each guard around the tool
 */
record ToolInput(String written, String approved) {

	/**
	 * Return the input of a call that nobody has to approve.
	 */
	static ToolInput of(String written) {
		return new ToolInput(written, written);
	}

	/**
	 * Return the input of a call that a person may have to approve.
	 */
	static ToolInput toApprove(String written) {
		return isRunning(written) ? of(written) : new ToolInput(written, canonical(written));
	}

	/**
	 * Return a new text object, since Spring AI has one for all calls without arguments.
	 * Arguments without a canonical form are never approved.
	 */
	private static String canonical(String written) {
		try {
			return CallArguments.read(written).canonical();
		}
		catch (IllegalArgumentException ex) {
			return String.valueOf(written.toCharArray());
		}
	}

	private static boolean isRunning(String text) {
		return !Ticket.running(text).isEmpty();
	}

	/**
	 * Return the text that the tool receives now.
	 */
	String received() {
		return isRunning(this.approved) ? this.approved : this.written;
	}

}
