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

package dev.lumoauth.mcpserver.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Stops the server when the process that started it has ended, if this is configured. A
 * parent that is killed can't stop its children. But then its end of the pipe to this
 * process's standard input is closed.
 */
@Component
class ParentWatch {

	private final boolean exitWithParent;

	private final ConfigurableApplicationContext context;

	ParentWatch(@Value("${demo.exit-with-parent:false}") boolean exitWithParent,
			ConfigurableApplicationContext context) {
		this.exitWithParent = exitWithParent;
		this.context = context;
	}

	@EventListener
	void watch(ApplicationReadyEvent event) {
		if (this.exitWithParent) {
			Thread thread = new Thread(() -> {
				awaitEnd(System.in);
				System.exit(SpringApplication.exit(this.context));
			}, "parent-watch");
			thread.setDaemon(true);
			thread.start();
		}
	}

	/** Reads to the end. A failure counts as the end. */
	static void awaitEnd(InputStream stream) {
		try {
			stream.transferTo(OutputStream.nullOutputStream());
		}
		catch (IOException ex) {
			return;
		}
	}

}
