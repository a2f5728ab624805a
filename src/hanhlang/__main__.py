from hanhlang.project.command import main

main()
