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

package dev.lumoauth.demo.start;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;

/**
 * Executable jars that behave like a dev server, or not.
 */
final class FakeDevServers {

	private FakeDevServers() {
	}

	static Resource jar(Path directory, Class<?> main) throws IOException {
		Path file = directory.resolve(main.getSimpleName() + ".jar");
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, main.getName());
		String entry = main.getName().replace('.', '/') + ".class";
		try (OutputStream stream = Files.newOutputStream(file);
				JarOutputStream jar = new JarOutputStream(stream, manifest);
				InputStream content = main.getClassLoader().getResourceAsStream(entry)) {
			jar.putNextEntry(new JarEntry(entry));
			content.transferTo(jar);
		}
		return new FileSystemResource(file);
	}

	/**
	 * Says that it is ready, its arguments as the tenant and the names of its environment
	 * as the agent.
	 */
	static class Ready {

		public static void main(String[] args) throws InterruptedException {
			Set<String> environment = new TreeSet<>(System.getenv().keySet());
			System.out.println("Something for people");
			System.out.println("export LUMOAUTH_URL=http://127.0.0.1:9 LUMOAUTH_TENANT=" + String.join(",", args)
					+ " AGENT_CLIENT_ID=" + String.join(",", environment) + " AGENT_CLIENT_SECRET="
					+ System.getenv("LUMOAUTH_DEV_CLIENT_SECRET"));
			new CountDownLatch(1).await();
		}

	}

	/**
	 * Ends where it is to have a certain port, as if another process had the port.
	 */
	static class Late {

		public static void main(String[] args) throws InterruptedException {
			String port = args[0].substring("--server.port=".length());
			if (!port.equals("0")) {
				System.err.println("Port " + port + " is in use");
				System.exit(1);
			}
			System.out.println("export LUMOAUTH_URL=http://127.0.0.1:9 LUMOAUTH_TENANT=" + args[0]
					+ " AGENT_CLIENT_ID=agent AGENT_CLIENT_SECRET=secret");
			new CountDownLatch(1).await();
		}

	}

	/**
	 * Ends at once.
	 */
	static class Failing {

		public static void main(String[] args) {
			System.err.println("No memory left");
			System.exit(3);
		}

	}

	/**
	 * Never gets ready.
	 */
	static class Silent {

		public static void main(String[] args) throws InterruptedException {
			new CountDownLatch(1).await();
		}

	}

	/**
	 * Forgets to say who the agent is.
	 */
	static class Incomplete {

		public static void main(String[] args) throws InterruptedException {
			System.out.println("export LUMOAUTH_URL=http://127.0.0.1:9 LUMOAUTH_TENANT=acme-corp");
			new CountDownLatch(1).await();
		}

	}

}
